import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { prepareSchema } from './duckdb-schema.ts';

/** Of 10^6 bytes. With two threads that leaves the machine to the rest of the city. */
const DEFAULT_MEMORY_MB = 112;

/** Law 8: DuckDB must not fetch extensions. */
const SETTINGS = {
  threads: '2',
  allocator_flush_threshold: '16MB',
  allocator_bulk_deallocation_flush_threshold: '32MB',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  preserve_insertion_order: 'false',
};

/** Where order does not count, DuckDB spreads an append over its threads and then copies it together: 30 % slower. */
const ONE_THREAD_APPENDS = 'SET SESSION preserve_insertion_order = true';

/** An open DuckDB file and its connections. */
export interface DuckDbFile {
  readonly instance: DuckDBInstance;
  /** Two, so that one write is prepared while another is committed. */
  readonly writers: readonly DuckDBConnection[];
  readonly readers: readonly DuckDBConnection[];
  /** For rollups, retention and copies, which go on beside the feed. */
  readonly upkeep: DuckDBConnection;
}

const WRITERS = 2;
const READERS = 2;

/** @throws {Error} where another process holds the file, or it cannot be read; says which file and what to do. */
export async function openDuckDbFile(path: string, memoryMb = DEFAULT_MEMORY_MB): Promise<DuckDbFile> {
  let instance: DuckDBInstance;
  try {
    instance = await DuckDBInstance.create(path, { ...SETTINGS, memory_limit: `${memoryMb}MB` });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const hint = why.includes('lock')
      ? 'another process has it open: stop that one, or choose another folder with --data-dir'
      : 'if the file is damaged, restore it or move it away';
    throw new Error(`history: cannot open ${path}: ${why.split('\n', 1)[0]} (${hint})`, { cause: error });
  }
  try {
    const upkeep = await instance.connect();
    await prepareSchema(upkeep);
    const writers = await connect(instance, WRITERS);
    for (const writer of writers) await writer.run(ONE_THREAD_APPENDS);
    return { instance, upkeep, writers, readers: await connect(instance, READERS) };
  } catch (error) {
    // Else the next try would find the file open twice in one process.
    instance.closeSync();
    throw error;
  }
}

/** Brings the write-ahead log into the file and lets go of it. */
export async function closeDuckDbFile(file: DuckDbFile): Promise<void> {
  for (const connection of [...file.readers, ...file.writers]) connection.closeSync();
  try {
    await file.upkeep.run('CHECKPOINT');
  } finally {
    file.upkeep.closeSync();
    file.instance.closeSync();
  }
}

function connect(instance: DuckDBInstance, count: number): Promise<DuckDBConnection[]> {
  return Promise.all(Array.from({ length: count }, () => instance.connect()));
}
