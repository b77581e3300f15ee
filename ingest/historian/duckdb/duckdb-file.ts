import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/**
 * Two lanes of observations, appended only, in the order of their journal positions; and when each datastream was first
 * seen, so that a look back for the state at a moment knows whom to look for. Times are epoch ms (DOUBLE keeps them
 * exactly).
 * No primary key and no index: zone maps on `order_time` do the work, and an append costs no look-up.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS observation (
    datastream UINTEGER, order_time DOUBLE, phenomenon_time DOUBLE, received_time DOUBLE, result DOUBLE, status UINTEGER,
    position DOUBLE);
  CREATE TABLE IF NOT EXISTS text_observation (
    datastream UINTEGER, order_time DOUBLE, phenomenon_time DOUBLE, received_time DOUBLE, result VARCHAR, status UINTEGER,
    position DOUBLE);
  CREATE TABLE IF NOT EXISTS first_seen (datastream UINTEGER, order_time DOUBLE, is_text BOOLEAN);`;

/** Law 8: DuckDB must not fetch extensions. Two threads and 1 GB leave the machine to the rest of the city. */
const SETTINGS = {
  threads: '2',
  memory_limit: '1GB',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  preserve_insertion_order: 'false',
};

/** An open DuckDB file: one connection that writes, a few that read. */
export interface DuckDbFile {
  readonly instance: DuckDBInstance;
  readonly writer: DuckDBConnection;
  readonly readers: readonly DuckDBConnection[];
}

const READERS = 2;

/** @throws {Error} where another process holds the file, or it cannot be read; says which file and what to do. */
export async function openDuckDbFile(path: string): Promise<DuckDbFile> {
  let instance: DuckDBInstance;
  try {
    instance = await DuckDBInstance.create(path, SETTINGS);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const hint = why.includes('lock')
      ? 'another process has it open: stop that one, or choose another folder with --data-dir'
      : 'if the file is damaged, restore it or move it away';
    throw new Error(`history: cannot open ${path}: ${why.split('\n', 1)[0]} (${hint})`, { cause: error });
  }
  const writer = await instance.connect();
  await writer.run(SCHEMA);
  const readers: DuckDBConnection[] = [];
  for (let i = 0; i < READERS; i++) readers.push(await instance.connect());
  return { instance, writer, readers };
}

/** Brings the write-ahead log into the file and lets go of it. */
export async function closeDuckDbFile(file: DuckDbFile): Promise<void> {
  for (const reader of file.readers) reader.closeSync();
  try {
    await file.writer.run('CHECKPOINT');
  } finally {
    file.writer.closeSync();
    file.instance.closeSync();
  }
}
