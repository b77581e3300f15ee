import { afterEach, beforeEach, expect, test } from 'vitest';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { type BrokerAddress, parseBrokerUrl } from './broker-address.ts';
import { MqttConnection } from './mqtt-connection.ts';
import { ScriptedBroker } from './testing/scripted-broker.ts';

let clock: ManualClock;
let broker: ScriptedBroker;
let connection: MqttConnection;

beforeEach(async () => {
  clock = new ManualClock(Date.UTC(2026, 10, 24));
  broker = new ScriptedBroker(5);
  await broker.start();
  connection = new MqttConnection(
    {
      address: parseBrokerUrl(`mqtt://127.0.0.1:${broker.port}`) as BrokerAddress,
      tls: {},
      user: undefined,
      password: undefined,
      clientId: 'test',
      protocolVersion: 5,
      filters: ['twin/#'],
      staleFilters: [],
      receiveMaximum: 10,
      maxPacketBytes: 1_000,
      clock,
    },
    { onConnected: () => {}, onMessage: () => {}, onLargeMessage: () => {}, onNotSubscribed: () => {} },
  );
});
afterEach(async () => {
  connection.close();
  await broker.stop();
});

const pings = () => broker.received.filter(({ cmd }) => cmd === 'pingreq').length;

test('a quiet connection is kept alive, and one whose broker gives no sign is left', async () => {
  await connection.open();
  clock.advance(16_000);
  await broker.until(() => pings() > 0);
  broker.send({ cmd: 'pingresp' });
  clock.advance(50_000);
  expect(await connection.ended).toMatchObject({ code: 'silent', message: expect.stringMatching(/no sign for 4\d s/) });
});

test('while it is paused, silence is no sign of death', async () => {
  await connection.open();
  connection.pause();
  clock.advance(600_000);
  await broker.until(() => pings() > 10);
  connection.resume();
  clock.advance(40_000);
  connection.close();
  expect(await connection.ended).toBeUndefined();
});

test('a broker that takes the connection and says nothing is left after ten seconds', async () => {
  broker.isPolite = false;
  const opened = connection.open();
  await broker.until(() => broker.received.length === 1);
  clock.advance(10_000);
  await expect(opened).rejects.toThrow(
    'the broker has not answered for 10 s; see the network, and whether the port speaks MQTT',
  );
});
