import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObservationsPage, ThingsPage } from '#devices/wire/api.ts';
import { freePort } from '#ingest/service/free-port.ts';
import { type Product, startProduct, temporaryDataDir } from '../../e2e/product.ts';
import type { InfluxServer } from './influx-server.ts';
import { SPAN, type Stack } from './stack.ts';

/** The product as `npm start -- --no-fleet` makes it. `flags` may name another history. */
export async function startYiping(name: string, flags: readonly string[] = []): Promise<Stack> {
  const dataDir = temporaryDataDir();
  const mqttPort = await freePort('127.0.0.1', 0);
  const all = ['--no-fleet', '--mqtt-port', String(mqttPort), ...flags];
  let product: Product = await startProduct(dataDir.path, all);
  const range = `from=${SPAN.from}&to=${SPAN.to}`;
  return {
    name,
    mqttPort,
    pids: () => [product.ready.pid],
    count: () => countStored(product),
    async numbers() {
      const numbers = new Map<number, number>();
      const { things } = await product.get<ThingsPage>('/api/v1/things?limit=1000');
      for (const { id } of things) {
        let cursor: string | undefined;
        do {
          const next = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
          const page: ObservationsPage = await product.get(
            `/api/v1/observations?datastream=${id}/x&${range}&limit=10000${next}`,
          );
          for (const { result } of page.observations) {
            numbers.set(result as number, (numbers.get(result as number) ?? 0) + 1);
          }
          cursor = page.next;
        } while (cursor !== undefined);
      }
      return numbers;
    },
    async killAndRestart() {
      await product.kill();
      product = await startProduct(dataDir.path, all);
    },
    async stop() {
      await product.stop();
      dataDir.remove();
    },
  };
}

/** The same with an InfluxDB behind it; what is there is counted by the database itself. */
export async function startYipingOnInflux(influx: InfluxServer): Promise<Stack> {
  const bucket = await influx.createBucket();
  const secrets = temporaryDataDir();
  const tokenFile = join(secrets.path, 'token');
  writeFileSync(tokenFile, influx.token);
  const at = ['--influx-url', influx.url, '--influx-org', influx.org, '--influx-bucket', bucket];
  const stack = await startYiping('Yiping, InfluxDB 2', [...at, '--influx-token-file', tokenFile]);
  return {
    ...stack,
    pids: () => [...stack.pids(), influx.pid],
    count: () => influx.count(bucket, 'x'),
    numbers: () => influx.numbers(bucket, 'x'),
    async stop() {
      await stack.stop();
      await influx.dropBucket(bucket);
      secrets.remove();
    },
  };
}

/** Counted by history. */
async function countStored(product: Product): Promise<number> {
  const { counts } = await product.get<{ counts: number[] }>(`/api/v1/timeline?from=${SPAN.from}&to=${SPAN.to}&bins=1`);
  return counts[0] ?? 0;
}
