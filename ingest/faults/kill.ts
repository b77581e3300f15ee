import { publishNumbers } from './counting-publisher.ts';
import { type IngestMode, startIngest } from './ingest-process.ts';
import { account, openStores } from './stored-numbers.ts';

export interface KillReport {
  readonly runs: number;
  readonly acknowledged: number;
  /** Sent again after a kill: what was not acknowledged, and the last that were. */
  readonly sentAgain: number;
  /** Acknowledged and not in history. */
  readonly lost: number;
  /** More than once in history. */
  readonly repeated: number;
}

export interface KillOptions {
  readonly folder: string;
  readonly mode?: IngestMode;
  /** After how many acknowledgements each life ends. */
  readonly lives: readonly number[];
  readonly onRun?: (run: number) => void;
}

/** Of what was acknowledged last, so many are sent again too: their acknowledgement may not have arrived. */
const AGAIN = 20;

/**
 * Starts the ingest on one folder again and again, publishes, and kills it with SIGKILL after so many acknowledgements;
 * the next life gets again what was not acknowledged. In the end history is brought up to the journal and counted.
 */
export async function killAgainAndAgain(options: KillOptions): Promise<KillReport> {
  const { folder, mode, lives, onRun } = options;
  const acknowledged = new Set<number>();
  let again: number[] = [];
  let first = 0;
  let sentAgain = 0;
  for (const [run, enough] of lives.entries()) {
    const ingest = await startIngest(folder, mode);
    const published = await publishNumbers({ url: ingest.url, topic: 'twin/counter/n', again, first, enough });
    await ingest.end('SIGKILL');
    published.client.end(true);
    for (const number of published.acknowledged) acknowledged.add(number);
    sentAgain += again.length;
    first = Math.max(first, ...published.sent) + 1;
    const unacknowledged = [...new Set([...again, ...published.sent])].filter((number) => !acknowledged.has(number));
    again = [...published.acknowledged.slice(-AGAIN), ...unacknowledged];
    onRun?.(run + 1);
  }
  const stores = await openStores(folder);
  const { lost, repeated } = account(acknowledged, await stores.numbers('counter'));
  await stores.close();
  return {
    runs: lives.length,
    acknowledged: acknowledged.size,
    sentAgain,
    lost: lost.length,
    repeated: repeated.length,
  };
}
