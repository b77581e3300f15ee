import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const START = fileURLToPath(new URL('../start.mjs', import.meta.url));

interface Ready {
  readonly type: 'ready';
  readonly url: string;
  readonly mqttPort: number;
  readonly httpPort: number;
  /** The ingest service itself, for those who want to kill it. */
  readonly pid: number;
}

/** The running product, as `npm start` makes it, on free ports and with its own data folder. */
export interface Product {
  readonly ready: Ready;
  readonly mqttUrl: string;
  /** GET of a path under the URL, as JSON. @throws where the answer is not 2xx. */
  get<T>(path: string): Promise<T>;
  /** Ctrl-C, and waits for the end; the exit code. */
  stop(): Promise<number | null>;
  /** `kill -9` of the ingest service, and waits for the end. */
  kill(): Promise<void>;
}

export function temporaryDataDir(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'yiping-e2e-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

export async function startProduct(dataDir: string, flags: readonly string[] = ['--no-fleet']): Promise<Product> {
  const free = ['http-port', 'mqtt-port', 'opcua-port'].filter((port) => !flags.includes(`--${port}`));
  const ports = free.flatMap((port) => [`--${port}`, '0']);
  const child = spawn(process.execPath, [START, 'start', '--data-dir', dataDir, ...ports, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const ready = await untilReady(child);
  return {
    ready,
    mqttUrl: `mqtt://127.0.0.1:${ready.mqttPort}`,
    async get<T>(path: string): Promise<T> {
      const answer = await fetch(new URL(path, ready.url));
      if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as T;
    },
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGINT');
      return (await exited)[0] as number | null;
    },
    async kill() {
      const exited = once(child, 'exit');
      process.kill(ready.pid, 'SIGKILL');
      await exited;
    },
  };
}

function untilReady(child: ChildProcess): Promise<Ready> {
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('message', (message: Ready) => {
      if (message.type === 'ready') resolve(message);
    });
    child.on('exit', (code) => reject(new Error(`the product ended with ${code} before it was ready:\n${output}`)));
  });
}
