import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Catalog } from '#devices/catalog/catalog.ts';
import { systemClock } from '#devices/time/clock.ts';
import { SqliteCatalogStore } from '../catalog-store/sqlite-catalog-store.ts';
import { HistorianFeed } from '../historian/feed/historian-feed.ts';
import type { Historian, HistorianCursor } from '../historian/historian.ts';
import type { InfluxTarget } from '../historian/influx/influx-target.ts';
import { Journal } from '../journal/journal.ts';
import { LatestTable } from '../live/latest-table.ts';
import { openHistorian } from '../service/open-historian.ts';

/** The ingest's stores as a start after a crash opens them, history brought up to the journal. */
export interface OpenedStores {
  /** How often each number stands in the history of `{thing}/n`. */
  numbers(thing: string): Promise<Map<number, number>>;
  close(): Promise<void>;
}

/** @param influx What keeps history, where it is not the embedded store. */
export async function openStores(folder: string, influx?: InfluxTarget): Promise<OpenedStores> {
  if (!existsSync(join(folder, 'operational.sqlite'))) throw new Error(`no ingest ever ran on ${folder}`);
  const store = new SqliteCatalogStore(join(folder, 'operational.sqlite'));
  const catalog = new Catalog(store);
  const dataDir = { path: (name: string) => join(folder, name), release() {} };
  const stored = await openHistorian({ influx }, dataDir, {
    catalog,
    clock: systemClock,
    report: () => {},
    log: () => {},
  });
  const { historian } = stored;
  const journal = await Journal.open({
    folder: join(folder, 'journal'),
    clock: systemClock,
    latest: new LatestTable(),
    historianPosition: () => historian.position,
    report: () => {},
    restore: () => {},
  });
  const feed = new HistorianFeed({ journal, historian, clock: systemClock, report: () => {} });
  feed.start();
  while (feed.lag.observations > 0) {
    await feed.settle();
    // Far behind, it does not wait.
    await delay(10);
    if (feed.lag.problem !== undefined) throw new Error(`history does not catch up: ${feed.lag.problem.message}`);
  }
  return {
    async numbers(thing) {
      const index = catalog.find(thing, 'n')?.index;
      return index === undefined ? new Map() : countNumbers(historian, index);
    },
    async close() {
      await feed.stop();
      await journal.close();
      await stored.close();
      store.close();
    },
  };
}

async function countNumbers(historian: Historian, index: number): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  let cursor: HistorianCursor | undefined;
  do {
    const page = await historian.observations(index, { from: 0, to: 2e12 }, 50_000, cursor);
    for (const { value } of page.observations) {
      counts.set(value as number, (counts.get(value as number) ?? 0) + 1);
    }
    cursor = page.next;
  } while (cursor !== undefined);
  return counts;
}

/** What of `acknowledged` is missing in history, and what stands there more than once. */
export function account(
  acknowledged: Iterable<number>,
  counts: ReadonlyMap<number, number>,
): { readonly lost: number[]; readonly repeated: number[] } {
  return {
    lost: [...new Set(acknowledged)].filter((number) => !counts.has(number)),
    repeated: [...counts].filter(([, count]) => count > 1).map(([number]) => number),
  };
}
