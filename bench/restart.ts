import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import mqtt from 'mqtt';
import type { StateJson } from '#devices/wire/api.ts';
import { type Product, startProduct, temporaryDataDir } from '../e2e/product.ts';
import { startLoad } from './ingest/start-load.ts';
import type { Bench } from './main.ts';

/** Messages of one load: what its packets take in memory bounds it. */
const LOAD_MESSAGES = 200_000;

/**
 * `-- restart --mib 1024 --rounds 5`: fills the journal, kills the service, and takes the time from starting the process
 * until a message published to it is acknowledged and stands in the state beside all that were there before; then the
 * same with a history that has to begin anew.
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
  let product = await startProduct(dataDir.path);
  const things = Number(values.things);
  let messages = 0;
  while (journalMiB(journal) < Number(values.mib)) {
    const load = { port: product.ready.mqttPort, messages: LOAD_MESSAGES, first: messages, things, pad: 200 };
    await (await startLoad(load)).run();
    messages += LOAD_MESSAGES;
    console.log(`${messages} messages, ${journalMiB(journal)} MiB of journal`);
  }
  const toLive: number[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    await product.kill();
    const restarted = await restart(dataDir.path, things, round);
    product = restarted.product;
    toLive.push(restarted.seconds);
  }
  await product.kill();
  for (const name of readdirSync(dataDir.path)) if (name.startsWith('history')) rmSync(join(dataDir.path, name));
  const anew = await restart(dataDir.path, things, -1);
  const started = performance.now();
  await untilCaughtUp(anew.product);
  const catchUpSeconds = Number(((performance.now() - started) / 1000).toFixed(1));
  await anew.product.stop();
  dataDir.remove();
  return {
    journalMiB: Number(values.mib),
    messages,
    things,
    restartToLiveSeconds: toLive,
    withoutHistory: { restartToLiveSeconds: anew.seconds, catchUpSeconds },
  };
};

async function restart(dataDir: string, things: number, round: number): Promise<{ product: Product; seconds: number }> {
  const started = performance.now();
  const product = await startProduct(dataDir);
  const client = await mqtt.connectAsync(product.mqttUrl);
  await client.publishAsync('twin/restarted/x', String(round), { qos: 1 });
  const { observations } = await product.get<StateJson>('/api/v1/state');
  const seconds = Number(((performance.now() - started) / 1000).toFixed(2));
  await client.endAsync();
  const isThere = observations.some(({ datastream, result }) => datastream === 'restarted/x' && result === round);
  if (!isThere || observations.length !== things + 1) {
    throw new Error(`after the restart the state has ${observations.length} datastreams of ${things + 1}`);
  }
  return { product, seconds };
}

async function untilCaughtUp(product: Product): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(new URL('/metrics', product.ready.url))).text();
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
