import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { FleetReport } from '#devices/fleet/fleet.ts';
import type { ObservationsPage, ThingsPage } from '#devices/wire/api.ts';
import { freePort } from '#ingest/service/free-port.ts';
import { openBrowser } from '../e2e/browser.ts';
import { type Product, startProduct, temporaryDataDir } from '../e2e/product.ts';
import { needBuiltViewer } from './built-viewer.ts';
import type { Bench } from './main.ts';
import { processUsage } from './process-usage.ts';

/** The sequence number of a fleet's sample stands in the microseconds of its source time, modulo this. */
const SEQUENCE_MODULO = 1000;

/**
 * `-- soak --rate 5000 --minutes 10`: the fleet at full rate against the product with one viewer open. Then every stored
 * observation is read back over the API and its sequence numbers are checked for holes and repetitions.
 */
export const run: Bench = async (args) => {
  needBuiltViewer();
  const { values } = parseArgs({
    args: [...args],
    options: { rate: { type: 'string', default: '5000' }, minutes: { type: 'string', default: '10' } },
  });
  const minutes = Number(values.minutes);
  const dataDir = temporaryDataDir();
  const opcuaPort = await freePort('127.0.0.1', 0);
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
  const { published, acknowledged, refused, overflowed, skipped, lanes } = report;
  const overOpcua = lanes.find((lane) => lane.name === 'opcua')?.published ?? 0;
  return {
    minutes,
    publishedPerSecond: Math.round(published / (minutes * 60)),
    mqtt: { published: published - overOpcua, acknowledged, ...stored.mqtt },
    opcua: { published: overOpcua, ...stored.opcua },
    refused,
    overflowed,
    skipped,
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
  datastreams: number;
  observations: number;
  /** Sequence numbers below the first stored one: OPC UA values measured before the client had subscribed. */
  before: number;
  /** Sequence numbers missing between the first and the last stored one. */
  missing: number;
  repeated: number;
}

const newCount = (): Stored => ({ datastreams: 0, observations: 0, before: 0, missing: 0, repeated: 0 });

/** Reads back every datastream and accounts for its sequence numbers, by protocol. */
async function countStored(product: Product): Promise<{ mqtt: Stored; opcua: Stored }> {
  const stored = { mqtt: newCount(), opcua: newCount() };
  let cursor: string | undefined;
  do {
    const next = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const things = await product.get<ThingsPage>(`/api/v1/things?limit=1000${next}`);
    for (const thing of things.things) {
      const ids = thing.datastreams.map(({ id }) => id);
      await Promise.all(ids.map((id) => followSequence(product, id, stored[thing.source.protocol])));
    }
    cursor = things.next;
  } while (cursor !== undefined);
  return stored;
}

async function followSequence(product: Product, datastream: string, stored: Stored): Promise<void> {
  const sequences: number[] = [];
  let cursor: string | undefined;
  do {
    const next = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const range = `from=${new Date(Date.now() - 7_200_000).toISOString()}&to=${new Date(Date.now() + 3_600_000).toISOString()}`;
    const page = await product.get<ObservationsPage>(
      `/api/v1/observations?datastream=${encodeURIComponent(datastream)}&${range}&limit=10000${next}`,
    );
    for (const observation of page.observations) sequences.push(microseconds(observation.time));
    cursor = page.next;
  } while (cursor !== undefined);
  if (sequences.length === 0) return;
  if (sequences.length >= SEQUENCE_MODULO) {
    throw new Error(`${datastream}: ${sequences.length} samples wrap the sequence number; run for a shorter time`);
  }
  const distinct = new Set(sequences);
  const first = Math.min(...distinct);
  stored.datastreams++;
  stored.observations += sequences.length;
  stored.before += first;
  stored.missing += Math.max(...distinct) + 1 - first - distinct.size;
  stored.repeated += sequences.length - distinct.size;
}

/** The three digits under the millisecond of an RFC 3339 time. */
function microseconds(time: string): number {
  return Number(/\.\d{3}(\d{3})Z$/.exec(time)?.[1] ?? 0);
}
