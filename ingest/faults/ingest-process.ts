import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FeedLimits, HistoryLag } from '../historian/feed/historian-feed.ts';
import type { InfluxTarget } from '../historian/influx/influx-target.ts';

const SCRIPT = join(import.meta.dirname, 'ingest-child.ts');
/** So often a waiting caller asks how history does, ms. */
const ASK_MS = 20;

export interface IngestOptions {
  /** `honest` acknowledges when it is on disk; `break-the-promise` before: the control that must lose. */
  readonly mode?: 'honest' | 'break-the-promise';
  /** A broker that it reads beside its own. */
  readonly externalUrl?: string;
  /** What keeps history in place of the embedded store. */
  readonly influx?: InfluxTarget;
  readonly feed?: Partial<FeedLimits>;
}

/** How history does, as the ingest itself sees it. */
export interface HistoryNews {
  readonly lag: HistoryLag;
  /** What was reported about history in this life, oldest first. */
  readonly issues: readonly { readonly kind: string; readonly reason: string }[];
}

export interface IngestProcess {
  readonly url: string;
  history(): Promise<HistoryNews>;
  /** The first news that are so; rejects when the ingest ends before. */
  historyWhere(isSo: (news: HistoryNews) => boolean): Promise<HistoryNews>;
  /** Exit code; null where a signal ended it. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>;
}

/** The real ingest on a folder, in a process of its own, listening. `under` is a program that runs it, e.g. strace. */
export async function startIngest(
  folder: string,
  options: IngestOptions = {},
  under: readonly string[] = [],
): Promise<IngestProcess> {
  const stdio: ['ignore', 'ignore', 'inherit', 'ipc'] = ['ignore', 'ignore', 'inherit', 'ipc'];
  const [program = '', ...args] = [...under, process.execPath, SCRIPT, folder, JSON.stringify(options)];
  const child: ChildProcess = spawn(program, args, { stdio });
  const exited = once(child, 'exit');
  const message = async () => {
    const said = await Promise.race([once(child, 'message'), exited.then(() => undefined)]);
    return said?.[0] as unknown;
  };
  const first = await message();
  if (first === undefined) throw new Error(`the ingest on ${folder} ended before it listened`);
  const { port, pid } = first as { port: number; pid: number };
  const history = async () => {
    const answer = message();
    child.send('history?');
    const news = (await answer) as HistoryNews | undefined;
    if (news === undefined) throw new Error(`the ingest on ${folder} ended before it told of its history`);
    return news;
  };
  return {
    url: `mqtt://127.0.0.1:${port}`,
    history,
    async historyWhere(isSo) {
      for (;;) {
        const news = await history();
        if (isSo(news)) return news;
        await delay(ASK_MS);
      }
    },
    async end(signal) {
      process.kill(pid, signal);
      return (await exited)[0] as number | null;
    },
  };
}
