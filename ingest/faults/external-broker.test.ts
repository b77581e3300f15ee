import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import mqtt from 'mqtt';
import { expect, test } from 'vitest';
import { hasMosquitto, Mosquitto } from '../source/mqtt-client/testing/mosquitto.ts';
import { startIngest } from './ingest-process.ts';
import { account, openStores } from './stored-numbers.ts';

const LAST = -1;

/** What the broker still keeps for our session, up to the message that says it is the last. */
async function leftAt(url: string, clientId: string): Promise<number[]> {
  const left: number[] = [];
  const session = { clientId, clean: false, protocolVersion: 5, properties: { sessionExpiryInterval: 60 } } as const;
  await new Promise<void>((resolve) => {
    const client = mqtt.connect(url, session);
    client.on('message', (_, payload) => {
      const { value } = JSON.parse(String(payload)) as { value: number };
      left.push(value);
      if (value === LAST) client.end(true, () => resolve());
    });
  });
  return left.slice(0, -1);
}

test.skipIf(!hasMosquitto)(
  'what an external broker brings is in history once or still with the broker, after kill -9 at whatever moment (needs mosquitto)',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'yiping-external-'));
    await using broker = new Mosquitto();
    await broker.start();
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const sender = await mqtt.connectAsync(url);
    const say = (value: number) =>
      sender.publishAsync('twin/counter/n', JSON.stringify({ value, time: 1.7e12 + value }), { qos: 1 });
    let next = 0;
    for (const enough of fc.sample(fc.integer({ min: 1, max: 3_000 }), 4)) {
      const ingest = await startIngest(folder, { externalUrl: url });
      await Promise.all(Array.from({ length: enough }, () => say(next++)));
      await ingest.end('SIGKILL');
      await Promise.all(Array.from({ length: 100 }, () => say(next++)));
    }
    await say(LAST);
    sender.end(true);
    const { clientId } = JSON.parse(readFileSync(join(folder, 'mqtt-client.json'), 'utf8')) as { clientId: string };
    const left = await leftAt(url, clientId);
    const stores = await openStores(folder);
    const counts = await stores.numbers('counter');
    await stores.close();
    const sent = Array.from({ length: next }, (_, at) => at).filter((value) => !left.includes(value));
    expect(account(sent, counts)).toEqual({ lost: [], repeated: [] });
    expect(counts.size, 'some of it was read').toBeGreaterThan(0);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  },
);
