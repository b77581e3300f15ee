import type { DuckDBConnection } from '@duckdb/node-api';
import { microsSql } from './micros.ts';
import { ROLLUPS } from './rollup.ts';

/**
 * Two lanes of observations, appended only, in the order of their journal positions; when each datastream was first
 * seen, so that a look back for the state at a moment knows whom to look for; rollups, and how far they and retention
 * have come. Times of the lanes are epoch µs: DuckDB packs them a third quicker than a DOUBLE, into as many bytes. All
 * others are epoch ms (DOUBLE keeps them exactly).
 * `phenomenon_us` is NULL where it equals `order_us`, which is nearly always: 2 bytes of 10 per observation.
 * No primary key and no index: zone maps on `order_us` and `position` do the work, and an append costs no look-up.
 */
const lane = (name: string, result: string): string => `CREATE TABLE IF NOT EXISTS ${name} (
  datastream UINTEGER, order_us BIGINT, phenomenon_us BIGINT, received_us BIGINT, result ${result},
  status UINTEGER, position BIGINT);`;

/**
 * `min`, `max` and `last` come with the time and status of the observation that they are; `last_delay`, how much later it
 * was received, and `pass`, the end of the pass that wrote the row, say which of equal times is the last.
 * Where `last` is the only one, the columns of `min`, `max` and `sum` are NULL: with them such a row took 22 bytes.
 */
const rollup = (name: string): string => `CREATE TABLE IF NOT EXISTS ${name} (
  datastream UINTEGER, bin DOUBLE, count UINTEGER, sum DOUBLE,
  min DOUBLE, min_time DOUBLE, min_status UINTEGER, max DOUBLE, max_time DOUBLE, max_status UINTEGER,
  last DOUBLE, last_time DOUBLE, last_delay DOUBLE, last_status UINTEGER, pass BIGINT,
  bad UINTEGER, bad_time DOUBLE, bad_status UINTEGER);`;

const SCHEMA = [
  lane('observation', 'DOUBLE'),
  lane('text_observation', 'VARCHAR'),
  'CREATE TABLE IF NOT EXISTS first_seen (datastream UINTEGER, order_time DOUBLE, is_text BOOLEAN);',
  ...ROLLUPS.map(({ table }) => rollup(table)),
  'CREATE TABLE IF NOT EXISTS rollup_progress (rollup VARCHAR, position BIGINT, newest DOUBLE);',
  'CREATE TABLE IF NOT EXISTS retention_mark (kept VARCHAR, before DOUBLE);',
].join('\n');

/** Creates what is missing, and brings a file of an earlier version up to date. */
export async function prepareSchema(connection: DuckDBConnection): Promise<void> {
  await connection.run(SCHEMA);
  for (const table of ['observation', 'text_observation']) {
    const columns = await columnsOf(connection, table);
    if (columns.has('order_time')) await countInMicros(connection, table);
    if (!columns.has('position')) await addPosition(connection, table);
  }
}

async function columnsOf(connection: DuckDBConnection, table: string): Promise<Set<string>> {
  const found = await connection.runAndReadAll(
    `SELECT column_name FROM duckdb_columns() WHERE database_name = current_database() AND table_name = '${table}'`,
  );
  return new Set(found.getRows().map(([name]) => name as string));
}

/** Times were epoch ms once. */
async function countInMicros(connection: DuckDBConnection, table: string): Promise<void> {
  await connection.run('BEGIN');
  for (const time of ['order', 'phenomenon', 'received']) {
    await connection.run(
      `ALTER TABLE ${table} ALTER COLUMN ${time}_time TYPE BIGINT USING ${microsSql(`${time}_time`)}`,
    );
    await connection.run(`ALTER TABLE ${table} RENAME COLUMN ${time}_time TO ${time}_us`);
  }
  await connection.run('COMMIT');
}

/**
 * Observations from before there was a journal get the positions from -count to -1 in the order in which they came.
 * A default that counts writes the one new column and nothing else: 2.3 s for 10 million rows. It counts in order with
 * one thread only.
 */
async function addPosition(connection: DuckDBConnection, table: string): Promise<void> {
  const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${table}`);
  const count = counted.getRows()[0]?.[0] as number;
  await connection.run('SET threads = 1');
  await connection.run('BEGIN');
  if (count === 0) {
    await connection.run(`ALTER TABLE ${table} ADD COLUMN position BIGINT`);
  } else {
    await connection.run(`CREATE SEQUENCE old_position MINVALUE ${-count} START ${-count}`);
    await connection.run(`ALTER TABLE ${table} ADD COLUMN position BIGINT DEFAULT nextval('old_position')`);
    await connection.run(`ALTER TABLE ${table} ALTER COLUMN position DROP DEFAULT`);
    await connection.run('DROP SEQUENCE old_position');
  }
  await connection.run('COMMIT');
  await connection.run('RESET threads');
}
