import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Catalog } from '#devices/catalog/catalog.ts';
import { systemClock } from '#devices/time/clock.ts';
import { SqliteCatalogStore } from '../catalog-store/sqlite-catalog-store.ts';
import { DuckDbHistorian } from '../historian/duckdb/duckdb-historian.ts';
import { HistorianFeed } from '../historian/feed/historian-feed.ts';
import type { Historian, HistorianCursor } from '../historian/historian.ts';
import { Journal } from '../journal/journal.ts';
import { LatestTable } from '../live/latest-table.ts';

/** The ingest's stores as a start after a crash opens them, history brought up to the journal. */
export interface OpenedStores {
  /** How often each number stands in the history of `{thing}/n`. */
  numbers(thing: string): Promise<Map<number, number>>;
  close(): Promise<void>;
}

/** @param open Opens the history in the folder. */
export async function openStores(
  folder: string,
  open: (folder: string, catalog: Catalog) => Promise<Historian> = openDuckDb,
): Promise<OpenedStores> {
  if (!existsSync(join(folder, 'operational.sqlite'))) throw new Error(`no ingest ever ran on ${folder}`);
  const store = new SqliteCatalogStore(join(folder, 'operational.sqlite'));
  const catalog = new Catalog(store);
  const historian = await open(folder, catalog);
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
    if (feed.lag.problem !== undefined) throw new Error(`history does not catch up: ${feed.lag.problem}`);
  }
  return {
    async numbers(thing) {
      const index = catalog.find(thing, 'n')?.index;
      return index === undefined ? new Map() : countNumbers(historian, index);
    },
    async close() {
      await feed.stop();
      await journal.close();
      await historian.close();
      store.close();
    },
  };
}

function openDuckDb(folder: string): Promise<Historian> {
  return DuckDbHistorian.open(join(folder, 'history.duckdb'));
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
