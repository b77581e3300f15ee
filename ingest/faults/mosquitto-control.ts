import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import mqtt from 'mqtt';
import { freePort } from '../service/free-port.ts';
import { publishNumbers } from './counting-publisher.ts';

export const MOSQUITTO = '/usr/sbin/mosquitto';

export interface ControlReport {
  readonly acknowledged: number;
  readonly lost: number;
}

/**
 * The same with mosquitto, its persistence on: a subscriber with a persistent session is away, `enough` messages are
 * acknowledged, the broker is killed, starts again, and the subscriber comes for its messages. Undefined where there is no
 * mosquitto.
 */
export async function killMosquitto(folder: string, enough: number): Promise<ControlReport | undefined> {
  if (!existsSync(MOSQUITTO)) return undefined;
  const port = await freePort('127.0.0.1', 0);
  const url = `mqtt://127.0.0.1:${port}`;
  const config = join(folder, 'mosquitto.conf');
  const data = join(folder, 'mosquitto');
  mkdirSync(data, { recursive: true });
  const user = process.getuid?.() === 0 ? 'user root\n' : '';
  const limits = 'max_queued_messages 0\nmax_inflight_messages 0\nallow_anonymous true\n';
  writeFileSync(
    config,
    `listener ${port} 127.0.0.1\npersistence true\npersistence_location ${data}/\n${limits}${user}`,
  );
  const session = { clientId: 'control', clean: false, reconnectPeriod: 0 } as const;

  let broker = await startMosquitto(config, port);
  const subscriber = await mqtt.connectAsync(url, session);
  await subscriber.subscribeAsync('twin/#', { qos: 1 });
  await subscriber.endAsync();
  const published = await publishNumbers({ url, topic: 'twin/counter/n', first: 0, enough });
  const exited = once(broker, 'exit');
  broker.kill('SIGKILL');
  await exited;
  published.client.end(true);

  broker = await startMosquitto(config, port);
  const found = new Set<number>();
  let heardAt = Date.now();
  const again = mqtt.connect(url, session);
  again.on('message', (_topic, payload) => {
    found.add((JSON.parse(String(payload)) as { value: number }).value);
    heardAt = Date.now();
  });
  await once(again as never, 'connect');
  // A queue that is silent for a second is empty.
  while (Date.now() - heardAt < 1_000) await delay(100);
  await again.endAsync();
  broker.kill('SIGTERM');
  const { acknowledged } = published;
  return { acknowledged: acknowledged.length, lost: acknowledged.filter((number) => !found.has(number)).length };
}

async function startMosquitto(config: string, port: number): Promise<ChildProcess> {
  const broker = spawn(MOSQUITTO, ['-c', config], { stdio: 'ignore' });
  for (let tries = 0; tries < 100; tries++) {
    if (await isListening(port)) return broker;
    await delay(50);
  }
  throw new Error(`mosquitto does not listen on ${port} after 5 s`);
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
