import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nextMessage, RunningBroker } from './testing/running-broker.ts';

const hasMosquitto = spawnSync('mosquitto_sub', ['--help']).error === undefined;
let folder: string;
let running: RunningBroker;
const start = async (options = {}) => {
  running = await RunningBroker.start({ retainedFile: join(folder, 'retained.sqlite'), ...options });
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-retained-'));
  await start();
});
afterEach(async () => {
  await running.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What a new subscriber gets: all retained messages below the filter, up to `marker`, which is published for it. */
async function retainedBelow(filter: string): Promise<string[]> {
  const subscriber = await running.client();
  const got: string[] = [];
  const marked = new Promise<void>((resolve) =>
    subscriber.on('message', (topic, payload, { retain }) => {
      if (topic === 'marker') resolve();
      else got.push(`${topic} ${payload} ${retain}`);
    }),
  );
  await subscriber.subscribeAsync([filter, 'marker']);
  await subscriber.publishAsync('marker', '', { qos: 1 });
  await marked;
  return got.sort();
}

test('what was retained before a restart is there after it, and what was taken away is not', async () => {
  const sender = await running.client();
  await sender.publishAsync('twin/a/$meta', '{"type":"parking"}', { qos: 1, retain: true });
  await sender.publishAsync('twin/b/$meta', '{"type":"parking"}', { qos: 2, retain: true });
  await sender.publishAsync('twin/c/$meta', '{"type":"parking"}', { qos: 0, retain: true });
  await sender.publishAsync('twin/b/$meta', '', { qos: 1, retain: true });
  await running.stop();
  await start();
  expect(await retainedBelow('twin/#')).toEqual([
    'twin/a/$meta {"type":"parking"} true',
    'twin/c/$meta {"type":"parking"} true',
  ]);
  expect([running.metrics.mqttRetained, running.metrics.mqttRetainedBytes]).toEqual([2, 2 * (12 + 18)]);
});

test('a subscriber that reads slowly gets every retained message', async () => {
  const sender = await running.client();
  const payload = 'x'.repeat(10_000);
  await Promise.all(
    Array.from({ length: 300 }, (_, i) => sender.publishAsync(`t/${i}`, payload, { qos: 1, retain: true })),
  );
  const subscriber = await running.client();
  let count = 0;
  const all = new Promise<void>((resolve) => subscriber.on('message', () => ++count === 300 && resolve()));
  await subscriber.subscribeAsync('t/#');
  subscriber.stream.pause();
  await sender.publishAsync('elsewhere', '1', { qos: 1 });
  subscriber.stream.resume();
  await all;
});

test('a message waits for its retained copy before it is acknowledged, and those behind it keep their order', async () => {
  const sender = await running.client();
  const acknowledged: string[] = [];
  const send = (topic: string, retain: boolean) =>
    sender.publishAsync(topic, '1', { qos: 1, retain }).then(() => acknowledged.push(topic));
  await Promise.all([send('twin/a/x', true), send('twin/b/x', false), send('twin/c/x', true), send('twin/d/x', false)]);
  expect(acknowledged).toEqual(['twin/a/x', 'twin/b/x', 'twin/c/x', 'twin/d/x']);
});

test('one topic more than is kept is delivered, not retained, and told', async () => {
  await running.stop();
  await start({ maxRetainedTopics: 1 });
  const sender = await running.client();
  await sender.publishAsync('twin/a/x', '1', { qos: 1, retain: true });
  const subscriber = await running.client();
  await subscriber.subscribeAsync('twin/b/x');
  const heard = nextMessage(subscriber);
  await sender.publishAsync('twin/b/x', '2', { qos: 1, retain: true });
  expect(await heard).toBe('twin/b/x 2');
  expect(running.intake.kinds).toEqual(['retained-full']);
  expect(await retainedBelow('twin/#')).toEqual(['twin/a/x 1 true']);
});

test('a retained Will is kept for later subscribers, also over a restart', async () => {
  const will = { topic: 'twin/a/online', payload: Buffer.from('false'), qos: 1 as const, retain: true };
  const client = await running.client({ will });
  client.stream.destroy();
  await running.intake.until(() => running.intake.messages.length === 1);
  await running.stop();
  await start();
  expect(await retainedBelow('twin/#')).toEqual(['twin/a/online false true']);
});

test('the Wills of those that are connected when the broker stops are taken', async () => {
  await running.client({ will: { topic: 'twin/a/online', payload: Buffer.from('false'), qos: 1, retain: false } });
  await running.stop();
  expect(running.intake.values).toEqual([false]);
});

test('the broker tells of itself below $SYS/broker, and a wildcard does not mean that', async () => {
  const subscriber = await running.client();
  const heard = nextMessage(subscriber);
  await subscriber.subscribeAsync(['#', '$SYS/broker/new/clients']);
  await running.client({ clientId: 'newcomer' });
  expect(await heard).toBe('$SYS/broker/new/clients newcomer');
});

test.skipIf(!hasMosquitto)(
  'mosquitto_sub gets what mosquitto_pub retained before a restart (needs mosquitto)',
  async () => {
    const at = () => ['-p', String(running.broker.port), '-t', 'twin/a/x', '-q', '1'];
    expect((await once(spawn('mosquitto_pub', [...at(), '-m', '5', '-r']), 'exit'))[0]).toBe(0);
    await running.stop();
    await start();
    const subscriber = spawn('mosquitto_sub', [...at(), '-C', '1', '-W', '20', '-v']);
    expect(String((await once(subscriber.stdout, 'data'))[0])).toBe('twin/a/x 5\n');
  },
);
