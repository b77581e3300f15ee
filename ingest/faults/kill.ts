import { CountedLives, type KillReport } from './counted-lives.ts';
import type { IngestOptions } from './ingest-process.ts';

export interface KillOptions {
  readonly folder: string;
  readonly ingest?: IngestOptions;
  /** After how many acknowledgements each life ends. */
  readonly lives: readonly number[];
  readonly onRun?: (run: number) => void;
}

/** Starts the ingest on one folder again and again, and kills it with SIGKILL after so many acknowledgements. */
export async function killAgainAndAgain({ folder, ingest, lives, onRun }: KillOptions): Promise<KillReport> {
  const counted = new CountedLives(folder, ingest);
  for (const [run, enough] of lives.entries()) {
    await counted.live(enough);
    onRun?.(run + 1);
  }
  return counted.report();
}
