import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const SCRIPT = join(import.meta.dirname, 'ingest-child.ts');

/** `honest` acknowledges when it is on disk; `break-the-promise` before: the control that must lose. */
export type IngestMode = 'honest' | 'break-the-promise';

export interface IngestProcess {
  readonly url: string;
  /** Exit code; null where a signal ended it. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>;
}

/**
 * The real ingest on a folder, in a process of its own, listening. `under` is a program that runs it, e.g. strace;
 * `externalUrl` a broker that it reads too.
 */
export async function startIngest(
  folder: string,
  mode: IngestMode = 'honest',
  under: readonly string[] = [],
  externalUrl?: string,
): Promise<IngestProcess> {
  const stdio: ['ignore', 'ignore', 'inherit', 'ipc'] = ['ignore', 'ignore', 'inherit', 'ipc'];
  const [program = '', ...args] = [...under, process.execPath, SCRIPT, folder, mode];
  if (externalUrl !== undefined) args.push(externalUrl);
  const child: ChildProcess = spawn(program, args, { stdio });
  const exited = once(child, 'exit');
  const first = await Promise.race([once(child, 'message'), exited.then(() => undefined)]);
  if (first === undefined) throw new Error(`the ingest on ${folder} ended before it listened`);
  const { port, pid } = first[0] as { port: number; pid: number };
  return {
    url: `mqtt://127.0.0.1:${port}`,
    async end(signal) {
      process.kill(pid, signal);
      return (await exited)[0] as number | null;
    },
  };
}
