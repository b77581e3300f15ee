import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import fc from 'fast-check';
import { generate, type Packet } from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { type BrokerAddress, parseBrokerUrl } from './broker-address.ts';
import { BrokerTrouble } from './broker-trouble.ts';
import { MqttConnection } from './mqtt-connection.ts';
import { HeldIntake } from './testing/held-intake.ts';
import { startClient } from './testing/start-client.ts';

const CONNACK = generate({ cmd: 'connack', sessionPresent: false, reasonCode: 0 }, { protocolVersion: 5 });
const SUBACK = generate({ cmd: 'suback', messageId: 1, granted: [1] }, { protocolVersion: 5 });

/** What a broker that says `bytes` after it was asked to let us in ends in; it closes when all is said. */
async function endOf(bytes: Buffer, protocolVersion: 4 | 5): Promise<{ trouble: unknown; messages: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(bytes));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  let messages = 0;
  const connection = new MqttConnection(
    {
      address: parseBrokerUrl(`mqtt://127.0.0.1:${port}`) as BrokerAddress,
      tls: {},
      user: undefined,
      password: undefined,
      clientId: 'test',
      protocolVersion,
      filters: ['twin/#'],
      staleFilters: [],
      receiveMaximum: 100,
      maxPacketBytes: 65_536,
      clock: new ManualClock(0),
    },
    { onConnected: () => {}, onMessage: () => messages++, onLargeMessage: () => messages++, onNotSubscribed: () => {} },
  );
  connection.open().catch(() => {});
  const trouble = await connection.ended;
  server.close();
  return { trouble, messages };
}

const packets: fc.Arbitrary<Packet> = fc.oneof(
  fc.record({
    cmd: fc.constant('publish' as const),
    topic: fc.constantFrom('twin/a/x', 'twin/a', 'x', '$SYS/x'),
    payload: fc.string({ maxLength: 40 }),
    qos: fc.constantFrom(0 as const, 1 as const, 2 as const),
    messageId: fc.integer({ min: 1, max: 65_535 }),
    dup: fc.constant(false),
    retain: fc.boolean(),
  }),
  fc.record({ cmd: fc.constant('pubrel' as const), messageId: fc.integer({ min: 1, max: 65_535 }) }),
  fc.constant<Packet>({ cmd: 'pingresp' }),
  fc.record({ cmd: fc.constant('disconnect' as const), reasonCode: fc.constantFrom(0, 129, 142, 152) }),
  fc.record({
    cmd: fc.constant('suback' as const),
    messageId: fc.integer({ min: 1, max: 65_535 }),
    granted: fc.array(fc.constantFrom(0, 1, 128), { minLength: 1, maxLength: 4 }),
  }),
);

/** A stream of good packets in which some bytes are changed, left out or put in. */
const mangled = fc
  .tuple(
    fc.array(packets, { maxLength: 8 }),
    fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255), how: fc.constantFrom('set', 'cut', 'add') }), {
      maxLength: 6,
    }),
    fc.constantFrom(4 as const, 5 as const),
  )
  .map(([list, changes, protocolVersion]) => {
    const bytes = [...Buffer.concat([CONNACK, SUBACK, ...list.map((packet) => generate(packet, { protocolVersion }))])];
    for (const { at, byte, how } of changes) {
      const place = at % Math.max(1, bytes.length);
      if (how === 'set') bytes[place] = byte;
      else bytes.splice(place, how === 'cut' ? 1 : 0, ...(how === 'add' ? [byte] : []));
    }
    return { bytes: Buffer.from(bytes), protocolVersion };
  });

describe('whatever a broker sends', () => {
  test('random bytes end in a trouble with a reason, and nothing is thrown', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (bytes, isIn) => {
        const all = isIn ? Buffer.concat([CONNACK, bytes]) : Buffer.from(bytes);
        const { trouble } = await endOf(all, 5);
        expect(trouble).toBeInstanceOf(BrokerTrouble);
      }),
      { numRuns: 300 },
    );
  });

  test('mangled packets end in a trouble with a reason, and nothing is thrown', async () => {
    await fc.assert(
      fc.asyncProperty(mangled, async ({ bytes, protocolVersion }) => {
        const { trouble } = await endOf(bytes, protocolVersion);
        expect(trouble).toBeInstanceOf(BrokerTrouble);
        expect((trouble as Error).message.length).toBeLessThan(600);
      }),
      { numRuns: 500 },
    );
  });

  test('a giant packet ends the connection when it is announced, and a giant message is left out', async () => {
    const announced = Buffer.from([0x90, 0xff, 0xff, 0xff, 0x7f]);
    const { trouble } = await endOf(Buffer.concat([CONNACK, SUBACK, announced]), 5);
    expect((trouble as Error).message).toMatch(/a packet of 268435455 bytes was announced.* 65536 are possible/);
    const giant = { cmd: 'publish', topic: 'twin/a/x', qos: 1, messageId: 1, dup: false, retain: false } as const;
    const payload = Buffer.alloc(4 * 1_048_576);
    const large = generate({ ...giant, payload }, { protocolVersion: 5 });
    const small = generate({ ...giant, payload: '1' }, { protocolVersion: 5 });
    expect(await endOf(Buffer.concat([CONNACK, SUBACK, large, small]), 5)).toMatchObject({ messages: 2 });
  });

  test('a source meets it with an issue and tries again', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')));
    });
    let connections = 0;
    server.on('connection', () => connections++);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const intake = new HeldIntake();
    await using client = await startClient(intake, (server.address() as AddressInfo).port);
    await intake.until(() => intake.issues.length > 0);
    while (connections < 3) await once(server, 'connection');
    expect(intake.issues).toHaveLength(1);
    expect(intake.issues[0]?.reason).toMatch(
      /not MQTT as it should be.*see whether mqtt-broker-url names an MQTT port/,
    );
    expect(client.metrics.mqttExternalReconnects).toBeGreaterThanOrEqual(2);
    server.close();
  });

  test('a message before CONNACK, without a topic or with packet identifier 0 is none', async () => {
    const message = { cmd: 'publish', payload: '1', qos: 1, dup: false, retain: false } as const;
    const good = generate({ ...message, topic: 'twin/a/x', messageId: 1 }, { protocolVersion: 5 });
    const zero = Buffer.from(good);
    zero.writeUInt16BE(0, 2 + 2 + 'twin/a/x'.length);
    const alias = { ...message, topic: '', messageId: 1, properties: { topicAlias: 3 } } as const;
    for (const bytes of [
      good,
      Buffer.concat([CONNACK, zero]),
      Buffer.concat([CONNACK, generate(alias, { protocolVersion: 5 })]),
    ]) {
      const { trouble, messages } = await endOf(bytes, 5);
      expect(trouble).toMatchObject({ code: 'not-mqtt' });
      expect(messages).toBe(0);
    }
    expect(await endOf(Buffer.concat([CONNACK, SUBACK, good]), 5)).toMatchObject({ messages: 1 });
  });
});
