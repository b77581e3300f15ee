import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { closed, RunningBroker } from './testing/running-broker.ts';

const CONNECT = Buffer.from([0x10, 13, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 0, 0, 1, 0x61]);
const PINGREQ = Buffer.from([0xc0, 0]);

/** QoS 0, or 1 with a packet identifier. */
function publish(payload: string, id?: number): Buffer {
  const topic = Buffer.from('\0\x08twin/a/x');
  const body = Buffer.concat([
    topic,
    id === undefined ? Buffer.alloc(0) : Buffer.from([id >> 8, id & 255]),
    Buffer.from(payload),
  ]);
  const length = body.length < 128 ? [body.length] : [(body.length % 128) | 128, body.length >> 7];
  return Buffer.concat([Buffer.from([id === undefined ? 0x30 : 0x32, ...length]), body]);
}

/** All bytes until there are so many. */
async function answered(socket: Socket, count: number): Promise<number[]> {
  const bytes: number[] = [];
  while (bytes.length < count) bytes.push(...((await once(socket, 'data'))[0] as Buffer));
  return bytes;
}

let running: RunningBroker;
afterEach(() => running.stop());

describe('a flood', () => {
  test.each([undefined, 1])('of one write, CONNECT and all (QoS %j), is taken whole and in order', async (qos) => {
    running = await RunningBroker.start({ maxInFlight: 7 });
    const socket = await running.socket();
    const all = Array.from({ length: 5_000 }, (_, i) => publish(String(i), qos === undefined ? undefined : i + 1));
    socket.write(Buffer.concat([CONNECT, ...all]));
    if (qos !== undefined) {
      const acks = (await answered(socket, 4 + 4 * 5_000)).slice(4);
      expect(acks.filter((_, i) => i % 4 === 2).map((high, i) => high * 256 + (acks[i * 4 + 3] as number))).toEqual(
        Array.from({ length: 5_000 }, (_, i) => i + 1),
      );
    }
    await running.intake.until(() => running.intake.messages.length === 5_000);
    expect(running.intake.values).toEqual(Array.from({ length: 5_000 }, (_, i) => i));
  });

  test.each([0, 1] as const)(
    'of QoS %i has so many messages waiting for the disk and no more; another client is served meanwhile',
    async (qos) => {
      const clock = new ManualClock(0);
      running = await RunningBroker.start({ maxInFlight: 50 }, clock);
      const { intake, metrics } = running;
      intake.isHeld = true;
      const socket = await running.socket();
      socket.write(CONNECT);
      const all = Array.from({ length: 1_000 }, (_, i) => publish(String(i), qos === 0 ? undefined : i + 1));
      socket.write(Buffer.concat(all));
      await intake.until(() => intake.messages.length === 50);
      const calm = await running.client();
      calm.publish('twin/calm/x', '"calm"', { qos: 1 });
      await intake.until(() => intake.values.includes('calm'));
      expect(intake.messages).toHaveLength(51);
      expect(metrics.mqttHeld).toBe(1);
      clock.advance(7_000);
      expect(intake.kinds).toEqual(['client-held']);
      intake.isHeld = false;
      intake.release();
      await intake.until(() => intake.messages.length === 1_001);
    },
  );

  test('of subscribers that do not read is not kept for them, and is told once', async () => {
    running = await RunningBroker.start({ maxSubscriberBytes: 100_000 });
    const { intake, metrics } = running;
    const lazy = await running.client({ clientId: 'lazy' });
    await lazy.subscribeAsync('twin/#');
    lazy.stream.pause();
    const sender = await running.client();
    const payload = JSON.stringify('x'.repeat(20_000));
    await Promise.all(Array.from({ length: 1_000 }, () => sender.publishAsync('twin/a/x', payload, { qos: 1 })));
    expect(intake.messages).toHaveLength(1_000);
    expect(metrics.mqttSkipped).toBeGreaterThan(0);
    expect(intake.issues).toMatchObject([{ kind: 'slow-subscriber', address: 'lazy' }]);
  });
});

describe('before the login', () => {
  test('only a small packet is possible', async () => {
    running = await RunningBroker.start();
    const socket = await running.socket();
    socket.write(Uint8Array.of(0x10, 0xff, 0xff, 0x03));
    await closed(socket);
    expect(running.intake.issues).toMatchObject([{ kind: 'packet-too-large' }]);
    expect(running.intake.issues[0]?.reason).toContain('65535 bytes was announced and 16384 are possible');
  });

  test('a byte now and then does not keep a connection open', async () => {
    running = await RunningBroker.start({ connectTimeoutMs: 50 });
    const socket = await running.socket();
    for (const byte of CONNECT.subarray(0, 6)) socket.write(Uint8Array.of(byte));
    await closed(socket);
    expect(running.metrics.mqttRefused).toBe(1);
  });

  test('a thousand that say nothing close each other, and whoever speaks comes in', async () => {
    running = await RunningBroker.start({ maxWaitingPerAddress: 20 });
    let closedCount = 0;
    for (let i = 0; i < 1_000; i++) (await running.socket()).once('close', () => closedCount++);
    const calm = await running.client();
    await calm.publishAsync('twin/a/x', '1', { qos: 1 });
    expect(running.intake.values).toEqual([1]);
    await running.intake.until(() => running.intake.kinds.filter((kind) => kind === 'too-many-silent').length >= 980);
    await running.stop();
    expect(closedCount).toBeGreaterThanOrEqual(980);
  });

  test('no client id is longer than can be kept', async () => {
    running = await RunningBroker.start();
    await expect(running.client({ clientId: 'x'.repeat(300) })).rejects.toThrow(/Identifier rejected/);
    expect(running.intake.kinds).toEqual(['client-id']);
  });
});

describe('after it', () => {
  test('so many clients from one address and no more', async () => {
    running = await RunningBroker.start({ maxClientsPerAddress: 2 });
    await running.client();
    const second = await running.client({ clientId: 'second' });
    await expect(running.client()).rejects.toThrow(/unavailable/i);
    expect(running.intake.issues[0]?.reason).toContain('2 clients are connected from 127.0.0.1');
    // In its own place it may come again.
    const gone = closed(second);
    expect((await running.client({ clientId: 'second' })).connected).toBe(true);
    await gone;
  });

  test('a packet that is begun must be finished in time; a pause between packets may be long', async () => {
    const clock = new ManualClock(0);
    running = await RunningBroker.start({ packetTimeoutMs: 5_000 }, clock);
    const [slow, silent] = [await running.socket(), await running.socket()];
    for (const [socket, letter] of [
      [slow, 'b'],
      [silent, 'c'],
    ] as const) {
      socket.write(Buffer.concat([CONNECT.subarray(0, 14), Buffer.from(letter)]));
      await answered(socket, 4);
    }
    const packet = publish('12345');
    slow.write(Buffer.concat([PINGREQ, packet.subarray(0, 9)]));
    await answered(slow, 2);
    clock.advance(4_000);
    // One byte more does not begin it anew.
    slow.write(Buffer.concat([packet.subarray(9, 10)]));
    const gone = closed(slow);
    clock.advance(3_000);
    await gone;
    expect(running.intake.issues).toMatchObject([{ kind: 'packet-unfinished', address: 'b' }]);
    silent.write(publish('7'));
    await running.intake.until(() => running.intake.values.length === 1);
  });

  test('so many subscriptions and no more, until some are given back', async () => {
    running = await RunningBroker.start({ maxSubscriptions: 2 });
    const client = await running.client();
    await client.subscribeAsync(['a', 'b']);
    await client.subscribeAsync(['a']);
    await expect(client.subscribeAsync(['c'])).rejects.toThrow();
    await client.unsubscribeAsync(['a']);
    await client.subscribeAsync(['c']);
    await expect(client.subscribeAsync(['x'.repeat(2_000)])).rejects.toThrow();
    expect(running.intake.kinds).toEqual(['subscribe-denied', 'subscribe-denied']);
    expect(running.metrics.mqttDenied).toBe(2);
  });
});
