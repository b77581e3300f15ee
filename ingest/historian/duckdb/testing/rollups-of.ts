import { DuckDBInstance } from '@duckdb/node-api';

interface Bin {
  readonly count: number;
  readonly bad: number;
  readonly sum: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly last: number | null;
}

/** The bins of a rollup in a closed file, their parts merged, by `datastream bin`. */
export async function rollupsOf(path: string, table: string): Promise<Record<string, Bin>> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  const result = await connection.runAndReadAll(`SELECT datastream || ' ' || bin::BIGINT AS bin,
    sum(count)::INTEGER AS count, sum(bad)::INTEGER AS bad, sum(coalesce(sum, last)) AS sum,
    min(coalesce(min, last)) AS min, max(coalesce(max, last)) AS max,
    max({t: last_time, d: last_delay, p: pass, v: last}) FILTER (count > 0).v AS last
    FROM ${table} GROUP BY ALL`);
  const rows = result.getRowObjects() as unknown as (Bin & { bin: string })[];
  connection.closeSync();
  instance.closeSync();
  return Object.fromEntries(rows.map(({ bin, ...rest }) => [bin, rest]));
}
