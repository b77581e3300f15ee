import type { ChildProcess } from 'node:child_process';
import { processTree } from './process-tree.ts';

/** Where this process ends before it has stopped `child`, as at a test that took too long, that ends too, with its own children. */
export function endWithUs(child: ChildProcess): void {
  const end = () => {
    if (child.pid === undefined) return;
    for (const { pid } of processTree(child.pid)) kill(pid);
  };
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
}

/** At once, and without a word where it is gone already. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was gone already.
  }
}
