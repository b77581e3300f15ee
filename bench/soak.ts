import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { FleetReport } from '#devices/fleet/fleet.ts';
import type { ObservationsPage, ThingsPage } from '#devices/wire/api.ts';
import { openBrowser } from '../e2e/browser.ts';
import { type Product, startProduct, temporaryDataDir } from '../e2e/product.ts';
import type { Bench } from './main.ts';
import { processUsage } from './process-usage.ts';

/** The sequence number of a fleet's sample stands in the microseconds of its source time, modulo this. */
const SEQUENCE_MODULO = 1000;

/**
 * `-- soak --rate 5000 --minutes 10`: the fleet at full rate against the product with one viewer open. Then every stored
 * observation is read back over the API and its sequence numbers are checked for holes and repetitions.
 */
export const run: Bench = async (args) => {
  const { values } = parseArgs({
    args: [...args],
    options: { rate: { type: 'string', default: '5000' }, minutes: { type: 'string', default: '10' } },
  });
  const minutes = Number(values.minutes);
  const dataDir = temporaryDataDir();
  const opcuaPort = await freePort();
  const flags = ['--no-fleet', '--opcua-endpoints', `opc.tcp://127.0.0.1:${opcuaPort}`];
  const product = await startProduct(dataDir.path, flags);
  const browser = await openBrowser();
  const page = await browser.newPage({ viewport: { width: 640, height: 360 } });
  await page.goto(product.ready.url);
  const fleet = startFleet(product, opcuaPort, values.rate);

  const samples: { minute: number; rssMiB: number; cpu: number; fleetCpu: number }[] = [];
  for (let minute = 1; minute <= minutes; minute++) {
    const before = [processUsage(product.ready.pid), processUsage(fleet.child.pid as number)] as const;
    await delay(60_000);
    const after = [processUsage(product.ready.pid), processUsage(fleet.child.pid as number)] as const;
    const cpu = (i: 0 | 1) => Number(((after[i].cpuSeconds - before[i].cpuSeconds) / 60).toFixed(2));
    samples.push({ minute, rssMiB: Math.round(after[0].rssBytes / 2 ** 20), cpu: cpu(0), fleetCpu: cpu(1) });
    console.log(JSON.stringify(samples.at(-1)));
  }
  const report = await fleet.stop();
  await browser.close();
  const stored = await countStored(product);
  const issues = await product.get<{ counts: Record<string, number> }>('/api/v1/issues');
  await product.stop();
  dataDir.remove();
  const { published, acknowledged, refused, overflowed, skipped } = report;
  return {
    minutes,
    published,
    publishedPerSecond: Math.round(published / (minutes * 60)),
    acknowledged,
    refused,
    overflowed,
    skipped,
    stored: stored.observations,
    missing: stored.missing,
    repeated: stored.repeated,
    datastreams: stored.datastreams,
    issues: issues.counts,
    samples,
  };
};

function startFleet(product: Product, opcuaPort: number, rate: string) {
  const child: ChildProcess = spawn(
    process.execPath,
    [
      'devices/fleet/main.ts',
      ...['--city-pack', 'tilesets/cities/astana', '--mqtt-url', product.mqttUrl],
      ...['--opcua-port', String(opcuaPort), '--rate', rate],
    ],
    { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  );
  let last: FleetReport | undefined;
  child.on('message', (message: { type?: string; report?: FleetReport }) => {
    if (message.type === 'fleet-report') last = message.report;
  });
  return {
    child,
    async stop(): Promise<FleetReport> {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
      if (last === undefined) throw new Error('the fleet ended without a report');
      return last;
    },
  };
}

interface Stored {
  observations: number;
  missing: number;
  repeated: number;
  datastreams: number;
}

/** Reads back every datastream and follows its sequence numbers in the order of source time. */
async function countStored(product: Product): Promise<Stored> {
  const stored: Stored = { observations: 0, missing: 0, repeated: 0, datastreams: 0 };
  let cursor: string | undefined;
  do {
    const next = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const things = await product.get<ThingsPage>(`/api/v1/things?limit=1000${next}`);
    for (const thing of things.things) {
      for (const { id } of thing.datastreams) await followSequence(product, id, stored);
    }
    cursor = things.next;
  } while (cursor !== undefined);
  return stored;
}

async function followSequence(product: Product, datastream: string, stored: Stored): Promise<void> {
  const times: string[] = [];
  let cursor: string | undefined;
  do {
    const next = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const range = `from=${new Date(Date.now() - 7_200_000).toISOString()}&to=${new Date(Date.now() + 3_600_000).toISOString()}`;
    const page = await product.get<ObservationsPage>(
      `/api/v1/observations?datastream=${encodeURIComponent(datastream)}&${range}&limit=10000${next}`,
    );
    for (const observation of page.observations) times.push(observation.time);
    cursor = page.next;
  } while (cursor !== undefined);
  if (times.length === 0) return;
  stored.datastreams++;
  stored.observations += times.length;
  times.sort();
  let expected = 0;
  for (const time of times) {
    const sequence = microseconds(time);
    const ahead = (sequence - expected + SEQUENCE_MODULO) % SEQUENCE_MODULO;
    if (ahead > SEQUENCE_MODULO / 2) stored.repeated++;
    else {
      stored.missing += ahead;
      expected = (sequence + 1) % SEQUENCE_MODULO;
    }
  }
}

/** The three digits under the millisecond of an RFC 3339 time. */
function microseconds(time: string): number {
  return Number(/\.\d{3}(\d{3})Z$/.exec(time)?.[1] ?? 0);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
