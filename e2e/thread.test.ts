import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IssuesJson, MessageJson, ObservationsPage, StateJson, ThingJson } from '#devices/wire/api.ts';
import { eventually } from './eventually.ts';
import { type Product, startProduct, temporaryDataDir } from './product.ts';

const MOSQUITTO_PUB = '/usr/bin/mosquitto_pub';

const lastMinutes = () => {
  const from = new Date(Date.now() - 600_000).toISOString();
  const to = new Date(Date.now() + 60_000).toISOString();
  return `from=${from}&to=${to}`;
};

function historyOf(product: Product, datastream: string): Promise<ObservationsPage> {
  return product.get(`/api/v1/observations?datastream=${encodeURIComponent(datastream)}&${lastMinutes()}&limit=10000`);
}

describe('the thread from a packet to its history', () => {
  const dataDir = temporaryDataDir();
  let product: Product;

  beforeAll(async () => {
    product = await startProduct(dataDir.path);
  });
  afterAll(async () => {
    await product.stop();
    dataDir.remove();
  });

  test('a sensor that announces itself with $meta is in the catalog with its place, unit and limits', async () => {
    const client = await mqtt.connectAsync(product.mqttUrl);
    const meta = {
      name: { zh: '试验水位站', en: 'Trial level' },
      type: 'water-level',
      location: [71.43, 51.16],
      properties: { level: { unit: 'm', range: [0, 10], interval: 10 } },
    };
    await client.publishAsync('twin/trial-1/$meta', JSON.stringify(meta), { qos: 1, retain: true });
    const thing = await product.get<ThingJson>('/api/v1/things/trial-1');
    expect(thing).toMatchObject({
      id: 'trial-1',
      type: 'water-level',
      name: meta.name,
      location: { lon: 71.43, lat: 51.16 },
      simulated: false,
      source: { protocol: 'mqtt', address: 'twin/trial-1' },
      datastreams: [{ id: 'trial-1/level', unit: 'm', range: [0, 10], intervalMs: 10_000 }],
    });
    await client.endAsync();
  });

  test('what was acknowledged is in the history and in the state', async () => {
    const client = await mqtt.connectAsync(product.mqttUrl);
    await client.publishAsync('twin/trial-1/level', '3.42', { qos: 1 });
    const { observations } = await historyOf(product, 'trial-1/level');
    expect(observations.map((o) => [o.result, o.status])).toEqual([[3.42, 'Good']]);
    const state = await product.get<StateJson>('/api/v1/state');
    expect(state.observations.find((o) => o.datastream === 'trial-1/level')?.result).toBe(3.42);
    await client.endAsync();
  });

  test('any value leads back to the message it came in, byte by byte, and to who sent it', async () => {
    const client = await mqtt.connectAsync(product.mqttUrl, { clientId: 'tracer' });
    const sent = '{"level": 2.5,   "other": 1}';
    await client.publishAsync('twin/traced', sent, { qos: 1 });
    const { observations } = await historyOf(product, 'traced/level');
    const message = await product.get<MessageJson>(`/api/v1/messages/${observations[0]?.position}`);
    expect(message).toMatchObject({ source: 'mqtt', address: 'twin/traced', sender: 'tracer', text: sent });
    expect(Buffer.from(message.payload, 'base64').toString()).toBe(sent);
    await client.endAsync();
  });

  test.skipIf(!existsSync(MOSQUITTO_PUB))('mosquitto_pub is enough to put a new sensor into the city', async () => {
    const port = String(product.ready.mqttPort);
    const publish = (...args: string[]) =>
      execFileSync(MOSQUITTO_PUB, ['-h', '127.0.0.1', '-p', port, '-q', '1', ...args]);
    publish('-r', '-t', 'twin/shell-1/$meta', '-m', '{"name":"命令行","type":"air-station","location":[71.42,51.13]}');
    publish('-t', 'twin/shell-1/pm25', '-m', '{"value":35.2,"time":"2026-01-02T03:04:05.678901Z"}');
    const page = await product.get<ObservationsPage>(
      '/api/v1/observations?datastream=shell-1/pm25&from=2026-01-02T00:00:00Z&to=2026-01-03T00:00:00Z',
    );
    expect(page.observations).toMatchObject([{ result: 35.2, time: '2026-01-02T03:04:05.678901Z' }]);
  });

  test('what cannot be decoded is an issue with topic, first bytes and reason, and disturbs nothing else', async () => {
    const client = await mqtt.connectAsync(product.mqttUrl);
    await client.publishAsync('twin/trial-1/level', '"3.5"', { qos: 1 });
    await client.publishAsync('twin/trial-1/level', '{"value":', { qos: 1 });
    await client.publishAsync('elsewhere/1', 'x', { qos: 1 });
    await client.publishAsync('twin/trial-1/level', '3.5', { qos: 1 });
    const { issues } = await product.get<IssuesJson>('/api/v1/issues');
    for (const [address, firstBytes] of [
      ['twin/trial-1/level', '"3.5"'],
      ['twin/trial-1/level', '{"value":'],
      ['elsewhere/1', 'x'],
    ]) {
      const issue = issues.find((i) => i.address === address && i.firstBytes === firstBytes);
      expect(issue?.reason, `${address} ${firstBytes}`).toMatch(/\w+/);
    }
    const { observations } = await historyOf(product, 'trial-1/level');
    expect(observations.map((o) => o.result)).toEqual([3.42, 3.5]);
    await client.endAsync();
  });

  test('after a restart the Things, their indexes and their history are the same', async () => {
    const before = await product.get<ThingJson>('/api/v1/things/trial-1');
    expect(await product.stop()).toBe(0);
    product = await startProduct(dataDir.path);
    expect(await product.get<ThingJson>('/api/v1/things/trial-1')).toEqual(before);
    const { observations } = await historyOf(product, 'trial-1/level');
    expect(observations.map((o) => o.result)).toEqual([3.42, 3.5]);
    const state = await product.get<StateJson>('/api/v1/state');
    expect(state.observations.find((o) => o.datastream === 'trial-1/level')?.result).toBe(3.5);
  });

  test('a data folder without its journal, as from a backup, shows the newest values and takes new ones', async () => {
    expect(await product.stop()).toBe(0);
    rmSync(join(dataDir.path, 'journal'), { recursive: true });
    product = await startProduct(dataDir.path);
    const newest = async () => {
      const state = await product.get<StateJson>('/api/v1/state');
      return state.observations.find((o) => o.datastream === 'trial-1/level')?.result;
    };
    expect(await newest()).toBe(3.5);
    const client = await mqtt.connectAsync(product.mqttUrl);
    await client.publishAsync('twin/trial-1/level', '3.6', { qos: 1 });
    await client.endAsync();
    expect(await newest()).toBe(3.6);
    const { observations } = await historyOf(product, 'trial-1/level');
    expect(observations.map((o) => o.result)).toEqual([3.42, 3.5, 3.6]);
  });

  test('kill -9 loses nothing that was acknowledged', async () => {
    const client = await mqtt.connectAsync(product.mqttUrl, { reconnectPeriod: 0 });
    const acknowledged = new Set<number>();
    const sending = Array.from({ length: 2000 }, (_, n) =>
      client.publishAsync('twin/killed/count', String(n), { qos: 1 }).then(
        () => acknowledged.add(n),
        () => undefined,
      ),
    );
    await eventually('500 acknowledgements', async () => (acknowledged.size >= 500 ? true : undefined));
    await product.kill();
    client.end(true);
    await Promise.race([Promise.all(sending), new Promise((resolve) => setImmediate(resolve))]);

    product = await startProduct(dataDir.path);
    const { observations } = await historyOf(product, 'killed/count');
    const stored = new Set(observations.map((o) => o.result));
    const lost = [...acknowledged].filter((n) => !stored.has(n));
    expect(acknowledged.size).toBeGreaterThanOrEqual(500);
    expect(lost).toEqual([]);
  });
});
