import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HeldIntake } from './testing/held-intake.ts';
import { ScriptedBroker } from './testing/scripted-broker.ts';
import { startClient } from './testing/start-client.ts';

const count = (n: number, from = 1) => Array.from({ length: n }, (_, at) => from + at);

describe.each([4, 5] as const)('protocol version %i', (protocol) => {
  const version = protocol === 5 ? '5' : '3.1.1';
  let broker: ScriptedBroker;
  let intake: HeldIntake;

  beforeEach(async () => {
    broker = new ScriptedBroker(protocol);
    await broker.start();
    intake = new HeldIntake();
  });
  afterEach(() => broker.stop());

  const isSubscribed = () => broker.received.some(({ cmd }) => cmd === 'subscribe');
  const connections = () => broker.received.filter(({ cmd }) => cmd === 'connect').length;

  test('an acknowledgement comes when its message and all before it are on disk, in order', async () => {
    await using _ = await startClient(intake, broker.port, { version });
    await broker.until(isSubscribed);
    intake.isHeld = true;
    for (const id of count(5)) broker.publish(id, id);
    await intake.until(() => intake.messages.length === 5);
    expect(broker.idsOf('puback')).toEqual([]);
    intake.release(2);
    await broker.until(() => broker.idsOf('puback').length === 2);
    intake.release();
    await broker.until(() => broker.idsOf('puback').length === 5);
    expect(broker.idsOf('puback')).toEqual([1, 2, 3, 4, 5]);
  });

  test('what cannot be decoded is an issue and is acknowledged in its place, or it would come for ever', async () => {
    await using _ = await startClient(intake, broker.port, { version });
    await broker.until(isSubscribed);
    broker.publish(1, 1);
    broker.publish(2, 0, { payload: 'junk' });
    broker.publish(3, 3);
    await broker.until(() => broker.idsOf('puback').length === 3);
    expect(broker.idsOf('puback')).toEqual([1, 2, 3]);
    expect(intake.kinds).toEqual(['undecodable']);
    expect(intake.storedValues).toEqual([1, 3]);
  });

  test('what is too large is an issue and is acknowledged in its place, and what is behind it comes', async () => {
    await using _ = await startClient(intake, broker.port, { version, maxPacketBytes: 1_000 });
    await broker.until(isSubscribed);
    broker.publish(1, 1);
    broker.publish(2, 0, { payload: JSON.stringify('x'.repeat(200_000)) });
    broker.publish(3, 3);
    await broker.until(() => broker.idsOf('puback').length === 3);
    expect(broker.idsOf('puback')).toEqual([1, 2, 3]);
    expect(intake.storedValues).toEqual([1, 3]);
    expect(intake.issues).toMatchObject([{ kind: 'too-large', address: 'twin/a/x' }]);
    expect(connections()).toBe(1);
  });

  test('what the disk refuses is offered again, and acknowledged only when it is stored', async () => {
    await using _ = await startClient(intake, broker.port, { version });
    await broker.until(isSubscribed);
    intake.isFull = true;
    for (const id of count(3)) broker.publish(id, id);
    await intake.until(() => intake.readings.length > 6);
    expect(broker.idsOf('puback')).toEqual([]);
    intake.isFull = false;
    await broker.until(() => broker.idsOf('puback').length === 3);
    expect(intake.storedValues).toEqual([1, 2, 3]);
    expect(broker.idsOf('puback')).toEqual([1, 2, 3]);
  });

  test('what a broken connection left open is stored once, though the broker sends it again', async () => {
    broker.sessionPresent = true;
    await using _ = await startClient(intake, broker.port, { version });
    await broker.until(isSubscribed);
    intake.isHeld = true;
    for (const id of count(4)) broker.publish(id, 7);
    await intake.until(() => intake.messages.length === 4);
    broker.cut();
    await broker.until(() => connections() === 2);
    intake.release(2);
    await broker.until(() => broker.received.at(-1)?.cmd === 'subscribe');
    for (const id of count(4)) broker.publish(id, 7, { dup: true });
    broker.publish(5, 8);
    await intake.until(() => intake.messages.length === 5);
    await broker.until(() => broker.idsOf('puback').length === 2);
    intake.release();
    await broker.until(() => broker.idsOf('puback').length === 5);
    expect(intake.storedValues).toEqual([7, 7, 7, 7, 8]);
    expect(broker.idsOf('puback')).toEqual([1, 2, 3, 4, 5]);
  });

  test('in a new session the same packet identifiers are new messages', async () => {
    await using _ = await startClient(intake, broker.port, { version });
    await broker.until(isSubscribed);
    intake.isHeld = true;
    broker.publish(1, 7);
    await intake.until(() => intake.messages.length === 1);
    broker.cut();
    await broker.until(() => connections() === 2 && broker.received.at(-1)?.cmd === 'subscribe');
    broker.publish(1, 7, { dup: true });
    await intake.until(() => intake.messages.length === 2);
    intake.release();
    await broker.until(() => broker.idsOf('puback').length === 1);
    expect(intake.storedValues).toEqual([7, 7]);
    expect(intake.kinds).toContain('mqtt-session-lost');
  });

  test('at most so many wait for the disk: then nothing more is read, until there is room', async () => {
    const payload = JSON.stringify({ value: 1, note: 'x'.repeat(16_384) });
    await using client = await startClient(intake, broker.port, { version, maxInFlight: 10 });
    await broker.until(isSubscribed);
    intake.isHeld = true;
    // More than the buffers between take, so that the broker's side stays full.
    const all = count(2_000);
    for (const id of all) broker.publish(id, id, { payload });
    await intake.until(() => intake.messages.length >= 10);
    await new Promise((resolve) => setImmediate(resolve));
    // One read of the socket, at most 64 KiB, may bring four more of them.
    expect(intake.messages.length).toBeLessThanOrEqual(10 + 65_536 / payload.length);
    expect(broker.sockets[0]?.writableLength).toBeGreaterThan(1_000_000);
    expect(client.metrics.mqttExternalInFlight).toBe(intake.messages.length);
    intake.isHeld = false;
    intake.release();
    await broker.until(() => broker.idsOf('puback').length === all.length);
    expect(broker.idsOf('puback')).toEqual(all);
    expect(client.metrics.mqttExternalInFlight).toBe(0);
  });

  test('a stop acknowledges what is stored until then and says goodbye', async () => {
    const client = await startClient(intake, broker.port, { version });
    await broker.until(isSubscribed);
    intake.isHeld = true;
    for (const id of count(3)) broker.publish(id, id);
    await intake.until(() => intake.messages.length === 3);
    const stopped = client.source.stop();
    intake.release();
    await stopped;
    await broker.until(() => broker.received.at(-1)?.cmd === 'disconnect');
    expect(broker.idsOf('puback')).toEqual([1, 2, 3]);
  });

  test('an outage is told when it begins, by each reason once, and when it is over', async () => {
    await using client = await startClient(intake, broker.port, { version });
    await broker.until(isSubscribed);
    broker.isPolite = false;
    broker.cut();
    for (let round = 2; round < 4; round++) {
      await broker.until(() => connections() === round);
      broker.cut();
    }
    broker.isPolite = true;
    await intake.until(() => intake.kinds.includes('mqtt-broker-back'));
    expect(intake.kinds.filter((kind) => kind !== 'mqtt-session-lost')).toEqual([
      'mqtt-broker-away',
      'mqtt-broker-back',
    ]);
    expect(client.metrics.mqttExternalReconnects).toBeGreaterThanOrEqual(3);
  });
});

test('a broker of MQTT 5 is told how many messages and bytes may be under way, and to keep the session', async () => {
  const broker = new ScriptedBroker(5);
  await broker.start();
  const intake = new HeldIntake();
  await using _ = await startClient(intake, broker.port, { maxInFlight: 123, maxPacketBytes: 4_567 });
  await broker.until(() => broker.received.some(({ cmd }) => cmd === 'connect'));
  expect(broker.received[0]).toMatchObject({
    clean: false,
    properties: { receiveMaximum: 123, maximumPacketSize: 4_567, sessionExpiryInterval: 604_800 },
  });
  await broker.stop();
});
