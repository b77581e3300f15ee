import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startProduct, temporaryDataDir } from '../e2e/product.ts';
import type { Bench } from './main.ts';
import { processUsage } from './process-usage.ts';

/**
 * `-- large --datastreams 100000 --rate 5000 --minutes 30`: a catalog of this size at a steady rate. Resident memory and
 * CPU of the ingest each minute; in the end what was acknowledged is counted in history.
 */
export const run: Bench = async (args) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      datastreams: { type: 'string', default: '100000' },
      rate: { type: 'string', default: '5000' },
      minutes: { type: 'string', default: '30' },
    },
  });
  const dataDir = temporaryDataDir();
  const product = await startProduct(dataDir.path);
  const from = Date.now() - 60_000;
  const { datastreams, rate } = values;
  const flags = ['--port', String(product.ready.mqttPort), '--datastreams', datastreams, '--rate', rate];
  const load = fork(join(import.meta.dirname, 'ingest', 'steady-load.ts'), flags, { execArgv: [] });
  await once(load, 'message');
  const samples: { minute: number; rssMiB: number; cpu: number; lag: number }[] = [];
  for (let minute = 1; minute <= Number(values.minutes); minute++) {
    const before = processUsage(product.ready.pid);
    await delay(60_000);
    const after = processUsage(product.ready.pid);
    const metrics = await (await fetch(new URL('/metrics', product.ready.url))).text();
    samples.push({
      minute,
      rssMiB: Math.round(after.rssBytes / 2 ** 20),
      cpu: Number(((after.cpuSeconds - before.cpuSeconds) / 60).toFixed(2)),
      lag: Number(/^yiping_history_lag_observations (\d+)$/m.exec(metrics)?.[1]),
    });
    console.log(JSON.stringify(samples.at(-1)));
  }
  const done = once(load, 'message');
  load.send('stop');
  const { published, acknowledged } = (await done)[0] as { published: number; acknowledged: number };
  const { counts } = await product.get<{ counts: number[] }>(
    `/api/v1/timeline?from=${from}&to=${Date.now() + 60_000}&bins=1`,
  );
  await product.stop();
  dataDir.remove();
  return { ...values, published, acknowledged, stored: counts[0], samples };
};
