import { statSync } from 'node:fs';
import type { Clock } from '#devices/time/clock.ts';

/** How long a change may go unseen, ms. */
export const WATCH_PERIOD_MS = 2_000;

/**
 * Calls `onChange` when one of the files is another or has another content. Asks for their times and inodes every two
 * seconds: the system's notices miss files that are replaced through a link, as Kubernetes and certbot do.
 *
 * @returns what ends it.
 */
export function watchFiles(paths: readonly string[], clock: Clock, onChange: () => void): () => void {
  let known = signature(paths);
  return clock.every(WATCH_PERIOD_MS, () => {
    const now = signature(paths);
    if (now === known) return;
    known = now;
    onChange();
  });
}

function signature(paths: readonly string[]): string {
  return paths
    .map((path) => {
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats === undefined ? 'gone' : `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
    })
    .join();
}
