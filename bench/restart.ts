import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import mqtt from 'mqtt';
import type { StateJson } from '#devices/wire/api.ts';
import { startProduct, temporaryDataDir } from '../e2e/product.ts';
import { startLoad } from './ingest/start-load.ts';
import type { Bench } from './main.ts';

/** Messages of one load: what its packets take in memory bounds it. */
const LOAD_MESSAGES = 200_000;

/**
 * `-- restart --mib 1024 --rounds 5`: fills the journal, kills the service, and takes the time from starting its process,
 * as a supervisor does, until a message published to it is acknowledged and stands in the state beside all that were there
 * before; then the same with a history that has to begin anew, and once through `npm start`.
 */
export const run: Bench = async (args) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      mib: { type: 'string', default: '1024' },
      rounds: { type: 'string', default: '5' },
      things: { type: 'string', default: '10000' },
    },
  });
  const dataDir = temporaryDataDir();
  const journal = join(dataDir.path, 'journal');
  const things = Number(values.things);
  let service = await startService(dataDir.path);
  const messages = await fill(service, journal, Number(values.mib), things);
  const toLive: number[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    await service.kill();
    const started = performance.now();
    service = await startService(dataDir.path);
    toLive.push(await untilLive(service.ready, things, round, started));
  }
  await service.kill();
  for (const name of readdirSync(dataDir.path)) {
    if (name.startsWith('history')) rmSync(join(dataDir.path, name), { recursive: true });
  }
  const anew = performance.now();
  service = await startService(dataDir.path);
  const anewToLive = await untilLive(service.ready, things, -1, anew);
  await untilCaughtUp(service.ready.url);
  const catchUpSeconds = Number(((performance.now() - anew) / 1000).toFixed(1));
  await service.kill();
  const npmStart = performance.now();
  const product = await startProduct(dataDir.path);
  const npmStartSeconds = await untilLive(product.ready, things, -2, npmStart);
  await product.stop();
  dataDir.remove();
  return {
    journalMiB: Number(values.mib),
    messages,
    things,
    restartToLiveSeconds: toLive,
    withoutHistory: { restartToLiveSeconds: anewToLive, catchUpSeconds },
    npmStartSeconds,
  };
};

interface Ready {
  readonly url: string;
  readonly mqttPort: number;
}

interface Service {
  readonly ready: Ready;
  kill(): Promise<void>;
}

async function startService(dataDir: string): Promise<Service> {
  const ports = ['http-port', 'mqtt-port', 'opcua-port'].flatMap((port) => [`--${port}`, '0']);
  const child = spawn(process.execPath, ['ingest/main.ts', '--data-dir', dataDir, '--no-fleet', ...ports], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [ready] = (await once(child, 'message')) as [Ready];
  return {
    ready,
    async kill() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function fill({ ready }: Service, journal: string, mib: number, things: number): Promise<number> {
  let messages = 0;
  while (journalMiB(journal) < mib) {
    const load = { port: ready.mqttPort, messages: LOAD_MESSAGES, first: messages, things, pad: 200 };
    await (await startLoad(load)).run();
    messages += LOAD_MESSAGES;
    console.log(`${messages} messages, ${journalMiB(journal)} MiB of journal`);
  }
  return messages;
}

/** Seconds from `started` until what is published is acknowledged and in the state, with everything from before. */
async function untilLive(ready: Ready, things: number, value: number, started: number): Promise<number> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${ready.mqttPort}`);
  await client.publishAsync('twin/restarted/x', String(value), { qos: 1 });
  const answer = await fetch(new URL('/api/v1/state', ready.url));
  const { observations } = (await answer.json()) as StateJson;
  const seconds = Number(((performance.now() - started) / 1000).toFixed(2));
  await client.endAsync();
  const isThere = observations.some(({ datastream, result }) => datastream === 'restarted/x' && result === value);
  if (!isThere || observations.length !== things + 1) {
    throw new Error(`after the restart the state has ${observations.length} datastreams of ${things + 1}`);
  }
  return seconds;
}

async function untilCaughtUp(url: string): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(new URL('/metrics', url))).text();
    if (/^yiping_history_lag_observations 0$/m.test(metrics)) return;
    await delay(200);
  }
}

function journalMiB(folder: string): number {
  const bytes = readdirSync(folder)
    .filter((name) => name.endsWith('.journal'))
    .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  return Math.round(bytes / 2 ** 20);
}
