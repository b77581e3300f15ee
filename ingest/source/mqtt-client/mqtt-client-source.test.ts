import { join } from 'node:path';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, describe, expect, test } from 'vitest';
import { HeldIntake } from './testing/held-intake.ts';
import { hasMosquitto, Mosquitto } from './testing/mosquitto.ts';
import { startClient } from './testing/start-client.ts';

const senders: MqttClient[] = [];

afterEach(() => {
  for (const sender of senders.splice(0)) sender.end(true);
});

async function senderTo(broker: Mosquitto, options: IClientOptions = {}): Promise<MqttClient> {
  const sender = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 5, ...options });
  sender.on('error', () => {
    // While the broker is away.
  });
  senders.push(sender);
  return sender;
}

const count = (n: number, from = 0) => Array.from({ length: n }, (_, at) => from + at);

/** Publishes the numbers one after another, each at QoS 1. */
function publish(sender: MqttClient, values: readonly unknown[], topic = 'twin/a/x') {
  return Promise.all(values.map((value) => sender.publishAsync(topic, JSON.stringify(value), { qos: 1 })));
}

/** Sends one message for each source until all have it, so that their subscriptions are known to stand. */
async function subscribed(sender: MqttClient, intakes: readonly HeldIntake[]): Promise<void> {
  const meta = JSON.stringify({ name: { zh: '站', en: 'Station' }, type: 'pump', properties: {} });
  const hasMeta = (intake: HeldIntake) => intake.things.length > 0;
  await sender.publishAsync('twin/hello/$meta', meta, { qos: 1, retain: true });
  await Promise.all(intakes.map((intake) => intake.until(() => hasMeta(intake))));
}

describe.skipIf(!hasMosquitto).each(['3.1.1', '5'] as const)('MQTT %s from mosquitto (needs mosquitto)', (version) => {
  test('every message arrives in order, with its broker as sender, and QoS 0 as one that may be dropped', async () => {
    await using broker = new Mosquitto();
    await broker.start();
    const intake = new HeldIntake();
    await using client = await startClient(intake, broker.port, { version });
    const sender = await senderTo(broker);
    await subscribed(sender, [intake]);
    await publish(sender, count(2_000));
    await sender.publishAsync('twin/a/x', '"loose"', { qos: 0 });
    await intake.until(() => intake.storedValues.length === 2_001);
    expect(intake.storedValues).toEqual([...count(2_000), 'loose']);
    const [, ...readings] = intake.messages;
    expect(new Set(readings.map((message) => message.sender))).toEqual(new Set([`mqtt://127.0.0.1:${broker.port}`]));
    expect(readings.map(({ mayDrop }) => mayDrop)).toEqual([...count(2_000).map(() => false), true]);
    expect(client.metrics).toMatchObject({ mqttExternalConnected: 1, mqttExternalMessages: 2_002 });
    expect(intake.issues).toEqual([]);
  });

  test('what was not stored when the process ended comes again, what was stored does not', async () => {
    await using broker = new Mosquitto();
    await broker.start(['allow_anonymous true', 'max_inflight_messages 100']);
    const sender = await senderTo(broker);
    const clientId = 'stable';
    const before = new HeldIntake();
    const client = await startClient(before, broker.port, { version, clientId });
    await subscribed(sender, [before]);
    before.isHeld = true;
    await publish(sender, count(40));
    await before.until(() => before.readings.length === 40);
    before.release(15);
    await client.kill();
    await publish(sender, count(40, 40));

    const after = new HeldIntake();
    await using _ = await startClient(after, broker.port, { version, clientId });
    await after.until(() => after.storedValues.includes(79));
    expect(after.storedValues).toEqual(count(65, 15));
  });

  test('what is published while we are away, and over restarts of the broker, comes afterwards in order', async () => {
    await using broker = new Mosquitto();
    await broker.start();
    const intake = new HeldIntake();
    await using _ = await startClient(intake, broker.port, { version });
    const sender = await senderTo(broker);
    await subscribed(sender, [intake]);
    await publish(sender, count(100));
    await intake.until(() => intake.storedValues.length === 100);
    await broker.stop();
    await intake.until(() => intake.kinds.includes('mqtt-broker-away'));
    await broker.restart();
    await publish(sender, count(100, 100));
    await intake.until(() => intake.storedValues.includes(199) && intake.kinds.includes('mqtt-broker-back'));
    // Some may come twice: those whose acknowledgement the broker had not read when it ended.
    expect([...new Set(intake.storedValues)]).toEqual(count(200));
    // Why it went away, what the attempts met meanwhile, and that it is back.
    expect(intake.kinds[0]).toBe('mqtt-broker-away');
    expect(intake.kinds.at(-1)).toBe('mqtt-broker-back');
    expect(intake.kinds.filter((kind) => kind === 'mqtt-broker-back')).toHaveLength(1);
    expect(intake.kinds).not.toContain('mqtt-session-lost');
  });

  test('two in a share group split the messages, both learn of the Things, and nothing is missing', async () => {
    await using broker = new Mosquitto();
    await broker.start();
    const [one, two] = [new HeldIntake(), new HeldIntake()];
    await using _ = await startClient(one, broker.port, { version, share: 'ingest' });
    await using __ = await startClient(two, broker.port, { version, share: 'ingest' });
    const sender = await senderTo(broker);
    await subscribed(sender, [one, two]);
    await publish(sender, count(500));
    const all = () => [...one.storedValues, ...two.storedValues];
    await Promise.race([one, two].map((intake) => intake.until(() => all().length === 500)));
    expect(all().sort((a, b) => Number(a) - Number(b))).toEqual(count(500));
    for (const { storedValues } of [one, two]) expect(storedValues.length).toBeGreaterThan(100);
  });

  test('one of a share group that ends leaves what it has not stored to come again', async () => {
    await using broker = new Mosquitto();
    await broker.start(['allow_anonymous true', 'max_inflight_messages 1000']);
    const [one, two] = [new HeldIntake(), new HeldIntake()];
    const share = 'ingest';
    const first = await startClient(one, broker.port, { version, share, clientId: 'first' });
    await using _ = await startClient(two, broker.port, { version, share, clientId: 'second' });
    const sender = await senderTo(broker);
    await subscribed(sender, [one, two]);
    one.isHeld = true;
    await publish(sender, count(200));
    await one.until(() => one.readings.length >= 100);
    await first.kill();
    const again = new HeldIntake();
    await using __ = await startClient(again, broker.port, { version, share, clientId: 'first' });
    const all = () => new Set([...two.storedValues, ...again.storedValues]);
    await Promise.race([two, again].map((intake) => intake.until(() => all().size === 200)));
    expect([...all()].sort((a, b) => Number(a) - Number(b))).toEqual(count(200));
  });

  test('a retained reading is stored with the time it carries, and without one it is no observation of now', async () => {
    await using broker = new Mosquitto();
    await broker.start();
    const sender = await senderTo(broker);
    const time = Date.UTC(2026, 10, 1);
    const retain = { qos: 1, retain: true } as const;
    await sender.publishAsync('twin/a/old', '1', retain);
    await sender.publishAsync('twin/a/dated', JSON.stringify({ value: 2, time }), retain);
    await sender.publishAsync('twin/b', JSON.stringify({ p: 3, q: { value: 4, time } }), retain);
    const intake = new HeldIntake();
    await using client = await startClient(intake, broker.port, { version });
    await subscribed(sender, [intake]);
    expect(intake.readings.map(({ value, time: own }) => [value, own])).toEqual([
      [2, time],
      [4, time],
    ]);
    expect(client.metrics.mqttExternalRetainedSkipped).toBe(2);
    await sender.publishAsync('twin/a/old', '5', retain);
    await intake.until(() => intake.storedValues.includes(5));
    expect(client.metrics.mqttExternalRetainedSkipped).toBe(2);
  });

  test('a value published retained while we were away is stored once: as a message, and not again as what is kept', async () => {
    await using broker = new Mosquitto();
    await broker.start();
    const sender = await senderTo(broker);
    const clientId = 'stable';
    const before = new HeldIntake();
    const client = await startClient(before, broker.port, { version, clientId });
    await subscribed(sender, [before]);
    await client.kill();
    await sender.publishAsync('twin/a/x', '7', { qos: 1, retain: true });
    const after = new HeldIntake();
    await using _ = await startClient(after, broker.port, { version, clientId });
    await after.until(() => after.things.length > 0 && after.storedValues.length > 0);
    await publish(sender, [8]);
    await after.until(() => after.storedValues.includes(8));
    expect(after.storedValues).toEqual([7, 8]);
  });

  test('a disk that refuses for a while loses nothing and changes no order, and is told of once', async () => {
    await using broker = new Mosquitto();
    await broker.start(['allow_anonymous true', 'max_inflight_messages 50']);
    const intake = new HeldIntake();
    await using client = await startClient(intake, broker.port, { version });
    const sender = await senderTo(broker);
    await subscribed(sender, [intake]);
    intake.isFull = true;
    await publish(sender, count(300));
    await intake.until(() => intake.readings.length > 100);
    expect(intake.storedValues).toEqual([]);
    intake.isFull = false;
    await intake.until(() => intake.storedValues.length === 300);
    expect(intake.storedValues).toEqual(count(300));
    expect(intake.kinds).toEqual(['mqtt-not-stored']);
    expect(client.metrics.mqttExternalReconnects).toBe(0);
  });

  test('a filter that is no longer wanted is taken back from the session', async () => {
    await using broker = new Mosquitto();
    await broker.start();
    const sender = await senderTo(broker);
    const clientId = 'stable';
    const sessionFile = join(broker.dir, 'session.json');
    const before = new HeldIntake();
    const client = await startClient(before, broker.port, { version, clientId, sessionFile });
    await subscribed(sender, [before]);
    await client.kill();
    const after = new HeldIntake();
    const topics = ['twin/b/#', 'twin/hello/#'];
    await using _ = await startClient(after, broker.port, { version, clientId, sessionFile, topics });
    await subscribed(sender, [after]);
    await publish(sender, [1], 'twin/a/x');
    await publish(sender, [2], 'twin/b/x');
    await after.until(() => after.storedValues.includes(2));
    expect(after.storedValues).toEqual([2]);
  });

  test('QoS 2 messages of an old session are taken too', async () => {
    await using broker = new Mosquitto();
    await broker.start();
    const session = { clientId: 'stable', clean: false, protocolVersion: version === '5' ? 5 : 4 } as const;
    const before = await senderTo(broker, { ...session, properties: { sessionExpiryInterval: 3_600 } });
    await before.subscribeAsync('twin/#', { qos: 2 });
    await before.endAsync();
    const sender = await senderTo(broker);
    // One after another: mosquitto 2.0.11 loses the first of several QoS 2 messages that come at once.
    for (const value of count(50)) await sender.publishAsync('twin/a/x', `${value}`, { qos: 2 });
    const intake = new HeldIntake();
    await using _ = await startClient(intake, broker.port, { version, clientId: 'stable' });
    await intake.until(() => intake.storedValues.includes(49));
    await publish(sender, count(50, 50));
    await intake.until(() => intake.storedValues.includes(99));
    expect(intake.storedValues).toEqual(count(100));
  });
});
