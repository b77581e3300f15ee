import type { DuckDBConnection } from '@duckdb/node-api';
import { STATUS_CODES } from '#devices/model/status-code.ts';
import type { TimeRange } from '#devices/time/time-range.ts';
import type { NamedDatastream } from '../history-archive.ts';
import { micros } from './micros.ts';

/** Epoch µs → an instant, UTC. */
const instant = (column: string): string => `make_timestamp(${column})::TIMESTAMPTZ`;

/** As `statusName` says it. */
const STATUS_NAME = `CASE status & 4294901760 ${Object.entries(STATUS_CODES)
  .map(([name, code]) => `WHEN ${code} THEN '${name}'`)
  .join(' ')} ELSE CASE status >> 30 WHEN 0 THEN 'Good' WHEN 1 THEN 'Uncertain' ELSE 'Bad' END END`;

const laneSql = (lane: string, result: string, text: string, { from, to }: TimeRange): string => `
  SELECT n.thing, n.property, ${instant('coalesce(phenomenon_us, order_us)')} AS time,
    ${instant('received_us')} AS received_time, ${result} AS result, ${text} AS text,
    ${STATUS_NAME} AS status, status AS status_code, position
  FROM ${lane} JOIN temp.named n USING (datastream)
  WHERE order_us >= ${micros(from)} AND order_us < ${micros(to)}`;

/** Writes `path`; see `HistoryArchive.exportParquet`. `connection` is used by nobody else meanwhile. */
export async function exportParquet(
  connection: DuckDBConnection,
  path: string,
  range: TimeRange,
  datastreams: readonly NamedDatastream[],
): Promise<void> {
  await connection.run('CREATE TEMP TABLE named (datastream UINTEGER, thing VARCHAR, property VARCHAR)');
  const appender = await connection.createAppender('named', 'main', 'temp');
  for (const { index, thing, property } of datastreams) {
    appender.appendUInteger(index);
    appender.appendVarchar(thing);
    appender.appendVarchar(property);
    appender.endRow();
  }
  appender.closeSync();
  const numbers = laneSql('observation', 'CASE WHEN isnan(result) THEN NULL ELSE result END', 'NULL::VARCHAR', range);
  const texts = laneSql('text_observation', 'NULL::DOUBLE', 'result', range);
  await connection.run(
    `COPY (${numbers} UNION ALL ${texts}) TO ${quotedPath(path)} (FORMAT parquet, COMPRESSION zstd)`,
  );
}

export function quotedPath(path: string): string {
  return `'${path.replaceAll("'", "''")}'`;
}
