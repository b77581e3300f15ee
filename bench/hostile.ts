import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import mqtt from 'mqtt';
import { startProduct, temporaryDataDir } from '../e2e/product.ts';
import { startLoad } from './ingest/start-load.ts';
import type { Bench } from './main.ts';
import { processUsage } from './process-usage.ts';
import { percentile } from './record.ts';

/** A calm device sends so often, ms. */
const CALM_EVERY_MS = 20;

/**
 * `-- hostile --seconds 15`: how long a calm client waits for its acknowledgement (from disk) while others misbehave: a
 * thousand that connect and say nothing, a hundred that write a byte a second, one that floods. Each alternately with calm.
 */
export const run: Bench = async (args) => {
  const { values } = parseArgs({ args: [...args], options: { seconds: { type: 'string', default: '15' } } });
  const seconds = Number(values.seconds);
  const dataDir = temporaryDataDir();
  const product = await startProduct(dataDir.path);
  const port = product.ready.mqttPort;
  const trials: Record<string, () => Promise<() => Promise<void>>> = {
    calm: async () => async () => {},
    'a thousand silent': () => silentCrowd(port, 1_000),
    'a hundred slow': () => slowWriters(port, 100),
    'one floods': () => flood(port, seconds),
    'all of them': async () => {
      const stops = [await silentCrowd(port, 900), await slowWriters(port, 100), await flood(port, seconds)];
      return async () => {
        for (const stop of stops) await stop();
      };
    },
  };
  const figures: Record<string, unknown> = {};
  for (const [name, begin] of Object.entries(trials)) {
    const stop = await begin();
    const before = processUsage(product.ready.pid);
    const waits = await calmClient(product.mqttUrl, seconds);
    const { cpuSeconds, rssBytes } = processUsage(product.ready.pid);
    await stop();
    figures[name] = {
      acknowledged: waits.length,
      p50Ms: rounded(percentile(waits, 0.5)),
      p95Ms: rounded(percentile(waits, 0.95)),
      maxMs: rounded(waits.at(-1) ?? Number.NaN),
      cpu: rounded((cpuSeconds - before.cpuSeconds) / seconds),
      rssMiB: Math.round(rssBytes / 2 ** 20),
    };
    console.log(name, JSON.stringify(figures[name]));
    await delay(2_000);
  }
  await product.stop();
  dataDir.remove();
  return { seconds, ...figures };
};

/** Waits for acknowledgements, ms, sorted. */
async function calmClient(url: string, seconds: number): Promise<number[]> {
  const client = await mqtt.connectAsync(url, { clientId: 'calm' });
  const waits: number[] = [];
  const end = performance.now() + seconds * 1000;
  for (let n = 0; performance.now() < end; n++) {
    const sent = performance.now();
    await client.publishAsync('twin/calm/x', `{"value":${n},"time":${Date.now()}}`, { qos: 1 });
    waits.push(performance.now() - sent);
    await delay(CALM_EVERY_MS);
  }
  await client.endAsync();
  return waits.sort((a, b) => a - b);
}

async function silentCrowd(port: number, count: number): Promise<() => Promise<void>> {
  const sockets = await openSockets(port, count);
  return async () => {
    for (const socket of sockets) socket.destroy();
  };
}

/** They begin a PUBLISH of a kilobyte and send a byte a second. */
async function slowWriters(port: number, count: number): Promise<() => Promise<void>> {
  const sockets = await openSockets(port, count);
  for (const [i, socket] of sockets.entries()) {
    const id = Buffer.from(`slow-${i}`);
    socket.write(Buffer.from([0x10, 12 + id.length, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 0, 0, id.length, ...id]));
    socket.write(Buffer.from([0x32, 0x88, 0x08, 0, 8]));
  }
  const timer = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write('t');
  }, 1_000);
  return async () => {
    clearInterval(timer);
    for (const socket of sockets) socket.destroy();
  };
}

/** One connection that publishes as fast as it is acknowledged, far more than the time allows. */
async function flood(port: number, seconds: number): Promise<() => Promise<void>> {
  const load = await startLoad({ port, messages: seconds * 100_000, connections: 1, mayClose: true, window: 5_000 });
  const running = load.run().catch(() => undefined);
  return async () => {
    load.kill();
    await running;
  };
}

async function openSockets(port: number, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let i = 0; i < count; i++) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
    sockets.push(socket);
  }
  return sockets;
}

function rounded(value: number): number {
  return Number(value.toFixed(2));
}
