import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { SPAN } from './stack.ts';

const LOAD = join(import.meta.dirname, 'load.ts');

export interface LoadOptions {
  readonly port: number;
  readonly messages: number;
  readonly first?: number;
  readonly things?: number;
  readonly connections?: number;
  /** Messages under way on each connection. */
  readonly window?: number;
  /** Bytes that each payload is longer. */
  readonly pad?: number;
  /** A closed connection ends its part, and does not fail. */
  readonly mayClose?: boolean;
}

export interface Loaded {
  /** From the first publish to the last acknowledgement. */
  readonly seconds: number;
  readonly acknowledged: number;
}

export interface Load {
  /** Starts the clock. */
  run(): Promise<Loaded>;
  kill(): void;
}

/** A publisher in a process of its own, connected and with all its packets made. `run` starts the clock. */
export async function startLoad(options: LoadOptions): Promise<Load> {
  const { port, messages, first = 0, things = 1_000, connections = 16, window = 200, pad = 0 } = options;
  const flags = { port, messages, first, things, connections, window, pad, base: SPAN.from };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = fork(LOAD, options.mayClose ? [...args, '--may-close'] : args, { execArgv: [] });
  await once(child, 'message');
  return {
    async run() {
      const done = once(child, 'message');
      const ended = once(child, 'exit').then(([code]) => {
        throw new Error(`the publisher ended with ${code} before it was done`);
      });
      child.send('go');
      return (await Promise.race([done, ended]))[0] as Loaded;
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
