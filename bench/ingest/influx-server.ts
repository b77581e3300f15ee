import { join } from 'node:path';
import { freePort } from '#ingest/service/free-port.ts';
import { temporaryDataDir } from '../../e2e/product.ts';
import { PeerServer } from '../historians/peer-server.ts';

/** A real InfluxDB 2.7 for a benchmark, with a bucket for each run. */
export interface InfluxServer {
  readonly url: string;
  readonly org: string;
  readonly token: string;
  readonly pid: number;
  createBucket(): Promise<string>;
  dropBucket(name: string): Promise<void>;
  /** Points of a measurement that have a value. */
  count(bucket: string, measurement: string): Promise<number>;
  /** How often each value stands there. */
  numbers(bucket: string, measurement: string): Promise<Map<number, number>>;
  stop(): Promise<void>;
}

const ORG = 'yiping';
const TOKEN = 'bench-token';

export async function startInflux(): Promise<InfluxServer> {
  const folder = temporaryDataDir();
  const port = await freePort('127.0.0.1', 0);
  const url = `http://127.0.0.1:${port}`;
  const args = [
    ...['--bolt-path', join(folder.path, 'b.db'), '--sqlite-path', join(folder.path, 's.db')],
    ...['--engine-path', join(folder.path, 'e'), '--http-bind-address', `127.0.0.1:${port}`],
    ...['--reporting-disabled', '--log-level', 'error'],
  ];
  const server = new PeerServer('influxd', args, url);
  await server.ready('/health');
  await post(`${url}/api/v2/setup`, {
    username: 'admin',
    password: 'password123',
    org: ORG,
    bucket: 'first',
    token: TOKEN,
  });
  const orgs = (await get(`${url}/api/v2/orgs`)) as { orgs: { id: string }[] };
  const orgID = orgs.orgs[0]?.id;
  const ids = new Map<string, string>();
  const query = async (bucket: string, q: string) =>
    (await get(`${url}/query?${new URLSearchParams({ db: bucket, q, epoch: 'ms' })}`)) as InfluxAnswer;
  return {
    url,
    org: ORG,
    token: TOKEN,
    pid: server.pid,
    async createBucket() {
      const name = `run-${ids.size}`;
      const { id } = (await post(`${url}/api/v2/buckets`, { orgID, name, retentionRules: [] })) as { id: string };
      ids.set(name, id);
      return name;
    },
    async dropBucket(name) {
      await fetch(`${url}/api/v2/buckets/${ids.get(name)}`, {
        method: 'DELETE',
        headers: { authorization: `Token ${TOKEN}` },
      });
    },
    async count(bucket, measurement) {
      const { results } = await query(bucket, `SELECT count("value") FROM "${measurement}"`);
      return results[0]?.series?.[0]?.values[0]?.[1] ?? 0;
    },
    async numbers(bucket, measurement) {
      const { results } = await query(bucket, `SELECT "value" FROM "${measurement}"`);
      const numbers = new Map<number, number>();
      for (const [, value] of results[0]?.series?.[0]?.values ?? []) numbers.set(value, (numbers.get(value) ?? 0) + 1);
      return numbers;
    },
    async stop() {
      await server.stop();
      folder.remove();
    },
  };
}

interface InfluxAnswer {
  readonly results: { readonly series?: { readonly values: [number, number][] }[] }[];
}

async function get(url: string): Promise<unknown> {
  const answer = await fetch(url, { headers: { authorization: `Token ${TOKEN}` } });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function post(url: string, body: unknown): Promise<unknown> {
  const headers = { authorization: `Token ${TOKEN}`, 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
