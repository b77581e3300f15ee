import fc from 'fast-check';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closed, RunningBroker } from './testing/running-broker.ts';

/**
 * Recorded between mosquitto_pub, mosquitto_sub 2.0 or MQTT.js and this broker, as hexadecimal. The client id of the
 * CONNECTs is `fuzz`.
 */
const CORPUS = {
  connect: '101000044d5154540402003c000466757a7a',
  'connect with user, password and Will':
    '103600044d51545404ce003c000466757a7a000d7477696e2f612f6f6e6c696e65000566616c7365000475736572000870617373776f7264',
  'connect, MQTT 3.1': '101200064d51497364700302003c000466757a7a',
  'connect, MQTT 5': '101400044d5154540502003c03210014000466757a7a',
  'publish QoS 0': '300c00087477696e2f612f783131',
  'publish QoS 1': '320e00087477696e2f612f7800013131',
  'publish QoS 2': '340e00087477696e2f612f7800013131',
  'publish retained': '3322000c7477696e2f612f246d65746100017b2274797065223a227061726b696e67227d',
  'publish retained, empty': '310e000c7477696e2f612f246d657461',
  pubrel: '62020001',
  pubrec: '50020a27',
  pubcomp: '700221a4',
  subscribe: '820d333d00087477696e2f2b2f7801',
  'subscribe to two': '8216000100067477696e2f230200087477696e2f2b2f7802',
  unsubscribe: 'a20a000200067477696e2f62',
  pingreq: 'c000',
  disconnect: 'e000',
};

const packet = fc.constantFrom(...Object.values(CORPUS)).map((hex) => Buffer.from(hex, 'hex'));

/** A packet with some bytes changed, left out or put in: most of it is still MQTT. */
const damaged = fc
  .tuple(
    packet,
    fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 2 }), fc.nat(255)), { minLength: 1, maxLength: 4 }),
  )
  .map(([bytes, changes]) => {
    const list = [...bytes];
    for (const [at, removed, value] of changes) list.splice(at % (list.length + 1), removed, value);
    return Buffer.from(list);
  });
const noise = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));

/** What a stranger sends: often logged in first, so that it gets further than the door. */
const stream = fc
  .tuple(
    fc.boolean(),
    fc.array(fc.oneof({ weight: 3, arbitrary: packet }, { weight: 3, arbitrary: damaged }, noise), { maxLength: 12 }),
  )
  .map(([isLoggedIn, parts]) => Buffer.concat([Buffer.from(isLoggedIn ? CORPUS.connect : '', 'hex'), ...parts]));
const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });

describe('whatever a stranger sends', () => {
  let running: RunningBroker;
  let calm: MqttClient;
  const strays: unknown[] = [];
  const note = (error: unknown) => strays.push(error);

  beforeAll(async () => {
    running = await RunningBroker.start({ maxInFlight: 8, maxWaitingPerAddress: 20 });
    calm = await running.client({ clientId: 'calm' });
    process.on('unhandledRejection', note);
  });
  afterAll(async () => {
    process.off('unhandledRejection', note);
    await running.stop();
  });

  test('in whatever pieces, another client is served, and nothing but the stranger’s connection is lost', async () => {
    let sent = 0;
    const served = () => running.intake.messages.filter(({ sender }) => sender === 'calm').length;
    await fc.assert(
      fc.asyncProperty(stream, cuts, async (bytes, sizes) => {
        const socket = await running.socket();
        socket.resume();
        const gone = closed(socket);
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes[i % sizes.length] as number;
          socket.write(bytes.subarray(at, at + size));
          at += size;
          await new Promise(setImmediate);
        }
        await calm.publishAsync('twin/calm/x', String(sent++), { qos: 1 });
        expect(served()).toBe(sent);
        socket.end();
        await gone;
      }),
      { numRuns: 400 },
    );
    expect(strays).toEqual([]);
    expect(running.metrics.mqttClients).toBe(1);
    for (const { reason, kind } of running.intake.issues) expect(`${kind}: ${reason}`).toMatch(/^[a-z-]+: .{10,}/s);
    expect(running.intake.issues.length).toBeGreaterThan(0);
  });

  test.each([
    ['no MQTT', '474554202f20485454502f312e310d0a0d0a'],
    ['a packet before CONNECT', CORPUS['publish QoS 1']],
    ['CONNECT twice', CORPUS.connect + CORPUS.connect],
    ['a length that never ends', '30ffffffffff'],
    ['a Will to a wildcard', '101e00044d5154540406003c000466757a7a00087477696e2f2b2f7800023030'],
    ['an empty topic', `${CORPUS.connect}3206000000073131`],
    ['a topic with a wildcard', `${CORPUS.connect}320e00087477696e2f2b2f7800073131`],
    ['a subscription to nothing', `${CORPUS.connect}82050001000001`],
    ['a subscription that is none', `${CORPUS.connect}820a000100052f232f232f01`],
    ['a packet of the broker', `${CORPUS.connect}20020000`],
  ])('%s closes the connection, and an issue says why', async (_, hex) => {
    const before = running.metrics.mqttRefused;
    const socket = await running.socket();
    socket.resume();
    const gone = closed(socket);
    socket.write(Buffer.from(hex, 'hex'));
    await gone;
    expect(running.metrics.mqttRefused).toBeGreaterThan(before);
  });
});
