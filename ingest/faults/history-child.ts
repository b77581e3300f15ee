import { appendObservation, createBatch } from '#devices/model/observation-batch.ts';
import { DuckDbHistorian } from '../historian/duckdb/duckdb-historian.ts';
import { parseRetention, type RetentionPolicy } from '../historian/retention-policy.ts';
import { readingAt } from './history-readings.ts';

/**
 * A history that is fed, rolled up and thinned out without a pause, to be killed: it goes on from its own position with
 * the reading that belongs there, as the feed of the journal does. Says its position at the start and after each write.
 */
const [path = ''] = process.argv.slice(2);
const retention = parseRetention('1h,rollups=forever') as RetentionPolicy;
const historian = await DuckDbHistorian.open(path, { retention });
let now = Date.UTC(2026, 0, 1);

async function feed(): Promise<never> {
  for (;;) {
    const batch = createBatch(0);
    const first = historian.position;
    for (let position = first; position < first + 500; position++) {
      const { index, time, value, status } = readingAt(position);
      appendObservation(batch, index, time, time, value, status, position);
    }
    await historian.append({ batch, texts: [] });
    now = readingAt(first).time;
    process.send?.({ position: historian.position });
  }
}

async function keep(): Promise<never> {
  for (;;) if (!(await historian.upkeep(now))) await new Promise((resolve) => setImmediate(resolve));
}

process.send?.({ position: historian.position });
await Promise.all([feed(), keep()]);
