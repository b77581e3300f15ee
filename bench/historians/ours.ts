import { join } from 'node:path';
import type { ObservationBatch } from '#devices/model/observation-batch.ts';
import { DuckDbHistorian } from '#ingest/historian/duckdb/duckdb-historian.ts';
import { BEST_WRITE_ROWS } from '#ingest/historian/duckdb/observation-writer.ts';
import type { Peer } from './peer.ts';

/** The embedded historian in this process, as the feed uses it when it is behind: two durable transactions under way. */
export async function ours(folder: string): Promise<Peer> {
  const path = join(folder, 'history.duckdb');
  const historian = await DuckDbHistorian.open(path);
  let position = 0;
  return {
    name: 'Yiping (DuckDB)',
    how: `append in transactions of ${BEST_WRITE_ROWS}, two under way, durable when it answers, with received time, status and position; stateAt`,
    async prepare({ index, time, value, receivedTime }) {
      const first = position;
      position += index.length;
      const positions = Float64Array.from(index, (_, i) => first + i);
      return async () => {
        let before: Promise<void> = Promise.resolve();
        for (let from = 0; from < index.length; from += BEST_WRITE_ROWS) {
          const to = Math.min(index.length, from + BEST_WRITE_ROWS);
          const batch: ObservationBatch = {
            count: to - from,
            index: index.subarray(from, to),
            time: time.subarray(from, to),
            receivedTime: receivedTime.subarray(from, to),
            value: value.subarray(from, to),
            status: new Uint32Array(to - from),
            position: positions.subarray(from, to),
          };
          const appended = historian.append({ batch, texts: [] });
          await before;
          before = appended;
        }
        await before;
      };
    },
    newestAt: async (at) => ({ datastreams: (await historian.stateAt(at)).batch.count }),
    flush: async () => {},
    async settledBytes() {
      await historian.checkpoint();
      const raw = historian.bytes;
      // A day later everything is due.
      while (await historian.upkeep(Date.now() + 86_400_000));
      await historian.checkpoint();
      return { 'after a checkpoint': raw, 'with rollups of 10 s, 60 s, 600 s': historian.bytes };
    },
    cpuSeconds: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
    stop: () => historian.close(),
  };
}
