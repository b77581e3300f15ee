import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { systemClock } from '#devices/time/clock.ts';
import { createIngestMetrics } from '#ingest/pipeline/ingest-metrics.ts';
import { type BrokerAddress, parseBrokerUrl } from '#ingest/source/mqtt-client/broker-address.ts';
import { MqttClientSource, type MqttVersion } from '#ingest/source/mqtt-client/mqtt-client-source.ts';
import { Mosquitto } from '#ingest/source/mqtt-client/testing/mosquitto.ts';
import type { Intake } from '#ingest/source/source.ts';
import type { Bench } from './main.ts';

const ROUNDS = 5;
/** How long the disk takes for a group, ms. */
const COMMIT_MS = 3;
const IN_FLIGHT = 1_000;
const CLIENT_ID = 'bench';

/** Reads what waits for CLIENT_ID and answers when `messages` of it are stored; then it ends. */
type Reader = (port: number, messages: number) => Promise<void>;

/**
 * How fast what a mosquitto has queued for us is taken, stored and acknowledged, with a disk that answers each message
 * after 3 ms: our connection, MQTT.js as its documentation has it, and MQTT.js with acknowledgements written past it.
 */
export const run: Bench = async () => {
  const ways: Record<string, { messages: number; protocolVersion?: 4; read: Reader }> = {
    'mqtt.js handleMessage': { messages: 1_000, read: naive },
    'mqtt.js, PUBACK written past it': { messages: 20_000, read: past },
    'ours, MQTT 5': { messages: 20_000, read: ours('5') },
    'ours, MQTT 3.1.1': { messages: 20_000, protocolVersion: 4, read: ours('3.1.1') },
  };
  const rates: Record<string, number[]> = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, { messages, protocolVersion = 5, read }] of Object.entries(ways)) {
      const rate = await measure(messages, protocolVersion, read);
      rates[name] = [...(rates[name] ?? []), rate];
      console.log(`${round + 1}/${ROUNDS}  ${name}: ${rate} messages/s`);
    }
  }
  const naiveRate = median(rates['mqtt.js handleMessage'] ?? []);
  const figures = Object.entries(rates).map(([name, all]) => {
    const middle = median(all);
    const spread = { least: Math.min(...all), most: Math.max(...all) };
    return [name, { messagesPerSecond: middle, ...spread, toHandleMessage: Number((middle / naiveRate).toFixed(1)) }];
  });
  return { commitMs: COMMIT_MS, rounds: ROUNDS, mosquitto: version(), ways: Object.fromEntries(figures) };
};

async function measure(messages: number, protocolVersion: 4 | 5, read: Reader): Promise<number> {
  await using broker = new Mosquitto();
  await broker.start();
  const properties = { sessionExpiryInterval: 3_600 };
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const session = await mqtt.connectAsync(url, { clientId: CLIENT_ID, clean: false, protocolVersion, properties });
  await session.subscribeAsync('twin/#', { qos: 1 });
  await session.endAsync();
  const sender = await mqtt.connectAsync(url);
  const sent = Array.from({ length: messages }, (_, at) => sender.publishAsync('twin/a/x', String(at), { qos: 1 }));
  await Promise.all(sent);
  await sender.endAsync();
  const started = performance.now();
  await read(broker.port, messages);
  return Math.round((messages / (performance.now() - started)) * 1_000);
}

/** An intake that stores after COMMIT_MS, and when it has stored `messages` of them. */
function disk(messages: number): { intake: Intake; full: Promise<void> } {
  const full = Promise.withResolvers<void>();
  let stored = 0;
  const accept = () =>
    new Promise<void>((resolve) => {
      setTimeout(() => {
        resolve();
        if (++stored === messages) full.resolve();
      }, COMMIT_MS);
    });
  return { intake: { accept, report: () => {} }, full: full.promise };
}

function ours(protocol: MqttVersion): Reader {
  return async (port, messages) => {
    const { intake, full } = disk(messages);
    const source = new MqttClientSource(
      {
        brokers: [parseBrokerUrl(`mqtt://127.0.0.1:${port}`) as BrokerAddress],
        clientId: CLIENT_ID,
        sessionFile: join(mkdtempSync(join(tmpdir(), 'yiping-bench-')), 'session.json'),
        version: protocol,
        maxInFlight: IN_FLIGHT,
      },
      { intake, metrics: createIngestMetrics(), clock: systemClock },
    );
    await source.start();
    await full;
    await source.stop();
  };
}

/** Its callback is the acknowledgement, and it hands over no other message before. */
const naive: Reader = (port, messages) =>
  withMqttJs(port, messages, (client, intake) => {
    client.handleMessage = (_, done) => void intake.accept(NOTHING).then(() => done());
  });

/** An error given to the callback goes on without a PUBACK, which is written to its stream when the disk has it. */
const past: Reader = (port, messages) =>
  withMqttJs(port, messages, (client, intake) => {
    let inFlight = 0;
    let held: (() => void) | undefined;
    client.handleMessage = ({ messageId = 0 }, done) => {
      inFlight++;
      void intake.accept(NOTHING).then(() => {
        inFlight--;
        client.stream.write(Buffer.from([0x40, 2, messageId >> 8, messageId & 0xff]));
        const goOn = held;
        held = undefined;
        goOn?.();
      });
      const goOn = () => done(new Error('acknowledged later'));
      if (inFlight < IN_FLIGHT) goOn();
      else held = goOn;
    };
  });

const NOTHING = { source: 'mqtt', address: '', receivedTime: 0, readings: [], things: [] } as const;

async function withMqttJs(
  port: number,
  messages: number,
  hook: (client: MqttClient, intake: Intake) => void,
): Promise<void> {
  const { intake, full } = disk(messages);
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
    clientId: CLIENT_ID,
    clean: false,
    protocolVersion: 5,
    properties: { sessionExpiryInterval: 3_600, receiveMaximum: IN_FLIGHT },
  });
  hook(client, intake);
  await full;
  await client.endAsync();
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function version(): string {
  return (
    /version (\S+)/.exec(execFileSync('sh', ['-c', 'mosquitto -h || true'], { encoding: 'utf8' }))?.[1] ?? 'unknown'
  );
}
