import { type EventEmitter, once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '#devices/time/clock.ts';
import { createIngestMetrics } from '../../pipeline/ingest-metrics.ts';
import type { Intake, SourceIssue, SourceMessage } from '../source.ts';
import type { MqttBrokerOptions } from './broker-options.ts';
import { MqttBroker } from './mqtt-broker.ts';

/** Takes everything; holds or refuses what it is told to. */
class RecordingIntake implements Intake {
  readonly messages: SourceMessage[] = [];
  readonly issues: SourceIssue[] = [];
  #waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  isHeld = false;
  #onAccept: () => void = () => {};

  accept(message: SourceMessage): Promise<void> {
    this.messages.push(message);
    this.#onAccept();
    if (!this.isHeld) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  report(issue: SourceIssue): void {
    this.issues.push(issue);
    this.#onAccept();
  }

  /** Resolves when `isTrue` of what came so far. */
  until(isTrue: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#onAccept = () => {
        if (isTrue()) resolve();
      };
      this.#onAccept();
    });
  }

  release(): void {
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }

  refuse(): void {
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('disk full'));
  }

  get values(): unknown[] {
    return this.messages.flatMap(({ readings }) => readings.map(({ value }) => value));
  }

  get kinds(): string[] {
    return this.issues.map(({ kind }) => kind);
  }
}

let intake: RecordingIntake;
let broker: MqttBroker;
let metrics: ReturnType<typeof createIngestMetrics>;
const clients: MqttClient[] = [];
const sockets: Socket[] = [];

async function start(options: Partial<MqttBrokerOptions> = {}): Promise<void> {
  intake = new RecordingIntake();
  metrics = createIngestMetrics();
  broker = new MqttBroker({ host: '127.0.0.1', port: 0, ...options }, { intake, metrics, clock: systemClock });
  await broker.start();
}

async function client(options: IClientOptions = {}): Promise<MqttClient> {
  const made = mqtt.connect(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 0, ...options });
  clients.push(made);
  await new Promise<void>((resolve, reject) => {
    made.once('connect', () => resolve());
    made.once('error', reject);
    made.once('close', () => reject(new Error('closed before it was connected')));
  });
  made.on('error', () => {
    // What a test provokes it looks for elsewhere.
  });
  return made;
}

async function rawSocket(): Promise<Socket> {
  const socket = connect(broker.port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => {
    // Closed by the broker, as expected.
  });
  await once(socket, 'connect');
  return socket;
}

beforeEach(() => start());
afterEach(async () => {
  for (const each of clients.splice(0)) each.end(true);
  for (const each of sockets.splice(0)) each.destroy();
  await broker.stop();
});

describe('an acknowledgement', () => {
  test.each([1, 2] as const)('of QoS %i comes when the message is on disk and not before', async (qos) => {
    intake.isHeld = true;
    const sender = await client();
    let isAcknowledged = false;
    const sent = sender.publishAsync('twin/a/x', '1', { qos }).then(() => {
      isAcknowledged = true;
    });
    await intake.until(() => intake.messages.length === 1);
    // The answer to a ping has passed any acknowledgement that was sent.
    sender.sendPing();
    await once(sender as unknown as EventEmitter, 'packetreceive');
    expect(isAcknowledged).toBe(false);
    intake.release();
    await sent;
    expect(isAcknowledged).toBe(true);
  });

  test('never comes where the disk refused: the connection closes, and the client sends again', async () => {
    intake.isHeld = true;
    const sender = await client({ reconnectPeriod: 1 });
    const sent = sender.publishAsync('twin/a/x', '1', { qos: 1 });
    await intake.until(() => intake.messages.length === 1);
    intake.refuse();
    await intake.until(() => intake.messages.length === 2);
    intake.release();
    await sent;
    expect(intake.values).toEqual([1, 1]);
  });

  test('comes in the order of the messages, decodable or not', async () => {
    const sender = await client();
    const sentIds: unknown[] = [];
    const acknowledged: unknown[] = [];
    sender.on('packetsend', (packet) => packet.cmd === 'publish' && sentIds.push(packet.messageId));
    sender.on('packetreceive', (packet) => packet.cmd === 'puback' && acknowledged.push(packet.messageId));
    intake.isHeld = true;
    const sent = ['1', 'junk', '2', 'junk'].map((payload) => sender.publishAsync('twin/a/x', payload, { qos: 1 }));
    await intake.until(() => intake.messages.length === 4);
    intake.release();
    await Promise.all(sent);
    expect(acknowledged).toEqual(sentIds);
  });

  test('of what is no observation comes too, or it would be sent for ever', async () => {
    const sender = await client();
    await sender.publishAsync('twin/a/x', 'junk', { qos: 1 });
    await sender.publishAsync('elsewhere/a', '1', { qos: 2 });
    expect(intake.values).toEqual([]);
    expect(intake.issues).toMatchObject([
      { source: 'mqtt', kind: 'undecodable', address: 'twin/a/x', firstBytes: 'junk' },
      { source: 'mqtt', kind: 'unknown-topic', address: 'elsewhere/a', firstBytes: '1' },
    ]);
  });
});

describe('messages', () => {
  test('of QoS 0 may be dropped by the intake, others may not', async () => {
    const sender = await client();
    await sender.publishAsync('twin/a/x', '0', { qos: 0 });
    await sender.publishAsync('twin/a/x', '1', { qos: 1 });
    expect(intake.messages.map(({ mayDrop }) => mayDrop)).toEqual([true, false]);
    expect(intake.values).toEqual([0, 1]);
  });

  test('with $meta register a Thing, and are retained for who subscribes later', async () => {
    const sender = await client();
    await sender.publishAsync('twin/a/$meta', '{"type":"parking"}', { qos: 1, retain: true });
    expect(intake.messages[0]?.things).toMatchObject([
      { spec: { id: 'a', type: 'parking' }, source: { protocol: 'mqtt', address: 'twin/a' } },
    ]);
    const subscriber = await client();
    const received = once(subscriber as unknown as EventEmitter, 'message');
    await subscriber.subscribeAsync('twin/+/$meta');
    const [topic, payload] = await received;
    expect([topic, String(payload)]).toEqual(['twin/a/$meta', '{"type":"parking"}']);
  });

  test('reach subscribers as in any broker', async () => {
    const subscriber = await client();
    await subscriber.subscribeAsync('twin/#');
    const received = once(subscriber as unknown as EventEmitter, 'message');
    const sender = await client();
    await sender.publishAsync('twin/a/x', '1', { qos: 1 });
    expect(String((await received)[1])).toBe('1');
  });

  test('of a client that vanished are taken from its will', async () => {
    await client({ will: { topic: 'twin/a/online', payload: Buffer.from('false'), qos: 1, retain: false } });
    (clients[0] as MqttClient).stream.destroy();
    await intake.until(() => intake.messages.length === 1);
    expect(intake.messages[0]?.readings).toMatchObject([{ thing: 'a', property: 'online', value: false }]);
  });

  test('of QoS 2 that are repeated are taken once', async () => {
    const socket = await rawSocket();
    const answers: number[] = [];
    const answered = async (count: number) => {
      while (answers.length < count) answers.push(...((await once(socket, 'data'))[0] as Buffer));
    };
    const connectPacket = [0x10, 13, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 60, 0, 1, 0x61];
    const publish = [0x34, 14, 0, 8, ...Buffer.from('twin/a/x'), 0, 7, 0x31, 0x31];
    socket.write(Uint8Array.from(connectPacket));
    await answered(4);
    socket.write(Uint8Array.from(publish));
    await answered(8);
    socket.write(Uint8Array.from([0x3c, ...publish.slice(1)]));
    await answered(12);
    const pubrec = [0x50, 2, 0, 7];
    expect(answers).toEqual([0x20, 2, 0, 0, ...pubrec, ...pubrec]);
    expect(intake.values).toEqual([11]);
  });

  test('to the broker’s own $SYS topics are refused', async () => {
    const sender = await client();
    const closed = once(sender as unknown as EventEmitter, 'close');
    sender.publish('$SYS/fake', '1', { qos: 1 });
    await closed;
    expect(intake.messages).toEqual([]);
    expect(intake.kinds).toEqual(['connection']);
  });
});

describe('access', () => {
  test('is free without a token', async () => {
    expect((await client()).connected).toBe(true);
    expect(metrics.mqttClients).toBe(1);
  });

  test('needs the token as the password, with any user name', async () => {
    await broker.stop();
    await start({ accessToken: 's3cret' });
    expect((await client({ username: 'anyone', password: 's3cret' })).connected).toBe(true);
    await expect(client()).rejects.toThrow(/Bad username or password|Not authorized/i);
    await expect(client({ username: 'anyone', password: 's3cre' })).rejects.toThrow(/password/i);
    expect(intake.kinds.filter((kind) => kind === 'access-denied')).toHaveLength(2);
    expect(JSON.stringify(intake.issues)).not.toContain('s3cre"');
  });
});

describe('bounds', () => {
  test('a giant packet closes its connection when its length is announced', async () => {
    const socket = await rawSocket();
    const closed = once(socket, 'close');
    socket.write(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f));
    await closed;
    expect(intake.issues).toMatchObject([{ kind: 'packet-too-large' }]);
    expect(intake.issues[0]?.reason).toContain('268435455 bytes');
  });

  test('a packet just within the bound is taken', async () => {
    await broker.stop();
    await start({ maxPacketBytes: 2_000 });
    const sender = await client();
    await sender.publishAsync('twin/a/x', `"${'x'.repeat(1_900)}"`, { qos: 1 });
    expect(intake.messages).toHaveLength(1);
    const closed = once(sender as unknown as EventEmitter, 'close');
    sender.publish('twin/a/x', `"${'x'.repeat(2_000)}"`, { qos: 1 });
    await closed;
    expect(intake.messages).toHaveLength(1);
  });

  test('a connection that says nothing is closed', async () => {
    await broker.stop();
    await start({ connectTimeoutMs: 20 });
    await once(await rawSocket(), 'close');
    expect(metrics.mqttRefused).toBe(1);
  });

  test('one client too many is refused, and engineers see it', async () => {
    await broker.stop();
    await start({ maxClients: 1 });
    await client({ clientId: 'first' });
    await expect(client({ clientId: 'second' })).rejects.toThrow(/unavailable/i);
    expect(intake.kinds).toEqual(['too-many-clients']);
  });

  test('an MQTT 5 client is refused, and the issue says what to set', async () => {
    await expect(client({ protocolVersion: 5 })).rejects.toThrow();
    await intake.until(() => intake.issues.length > 0);
    expect(intake.issues[0]?.reason).toContain('set the client to MQTT 3.1.1');
  });

  test('garbage closes the connection that sent it and disturbs no other', async () => {
    const other = await client();
    const socket = await rawSocket();
    const closed = once(socket, 'close');
    socket.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    await closed;
    await other.publishAsync('twin/a/x', '1', { qos: 1 });
    expect(intake.values).toEqual([1]);
    expect(metrics.mqttRefused).toBeGreaterThan(0);
  });

  test('a subscriber that does not read does not hold up those who publish', async () => {
    const lazy = await client();
    await lazy.subscribeAsync('twin/#');
    lazy.stream.pause();
    const sender = await client();
    const payload = JSON.stringify('x'.repeat(50_000));
    for (let i = 0; i < 400; i++) await sender.publishAsync('twin/a/x', payload, { qos: 1 });
    expect(intake.messages).toHaveLength(400);
    expect(metrics.mqttSkipped).toBeGreaterThan(0);
  });
});

describe('starting and stopping', () => {
  test('a port that is taken fails the start, and nothing of it stays behind', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const second = new MqttBroker({ host: '127.0.0.1', port }, { intake, metrics, clock: systemClock });
    await expect(second.start()).rejects.toMatchObject({ code: 'EADDRINUSE', port });
    await second.stop();
    other.close();
  });

  test('stop waits for what is under way, acknowledges it, and closes', async () => {
    intake.isHeld = true;
    const sender = await client();
    const sent = sender.publishAsync('twin/a/x', '1', { qos: 1 });
    await intake.until(() => intake.messages.length === 1);
    const stopped = broker.stop();
    intake.release();
    await Promise.all([sent, stopped]);
    expect(metrics.mqttClients).toBe(0);
  });

  test('stop closes connections that never said a word', async () => {
    const socket = await rawSocket();
    const closed = once(socket, 'close');
    await broker.stop();
    await closed;
  });
});
