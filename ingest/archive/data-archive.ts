import { mkdirSync, readdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import type { Catalog } from '#devices/catalog/catalog.ts';
import type { Datastream } from '#devices/model/datastream.ts';
import type { Clock } from '#devices/time/clock.ts';
import { formatInstant } from '#devices/time/instant.ts';
import type { TimeRange } from '#devices/time/time-range.ts';
import type { HistoryArchive, NamedDatastream } from '../historian/history-archive.ts';
import { NoSpaceError } from './no-space-error.ts';

/** What the running service keeps for itself of the disk, bytes. */
const RESERVE_BYTES = 256 * 2 ** 20;
const PARTIAL = '.partial';

export interface DataArchiveParts {
  readonly history: HistoryArchive;
  readonly catalog: Catalog;
  /** The data folder; `backups/` and `exports/` are in it. */
  readonly folder: string;
  /** The SQLite files in it that belong to a backup. */
  readonly databases: readonly string[];
  readonly clock: Clock;
}

/** A file or folder that was made. */
export interface Made {
  readonly path: string;
  readonly bytes: number;
}

/** Makes exports and backups. Whoever asks sees to it that one is made at a time. */
export class DataArchive {
  readonly #parts: DataArchiveParts;

  constructor(parts: DataArchiveParts) {
    this.#parts = parts;
  }

  get history(): HistoryArchive {
    return this.#parts.history;
  }

  /** Removes what a process that was killed left half done. */
  start(): void {
    rmSync(this.#exports, { recursive: true, force: true });
    mkdirSync(this.#backups, { recursive: true });
    for (const name of readdirSync(this.#backups)) {
      if (name.endsWith(PARTIAL)) rmSync(join(this.#backups, name), { recursive: true, force: true });
    }
  }

  /**
   * A Parquet file of the observations of `range`, of these datastreams or of all; see `HistoryArchive.exportParquet`.
   * The caller removes it. @throws {NoSpaceError}
   */
  async export(range: TimeRange, datastreams: readonly Datastream[] | undefined): Promise<Made> {
    const { history } = this.#parts;
    mkdirSync(this.#exports, { recursive: true });
    this.#needSpace('this export', await history.exportBytes(range));
    const path = join(this.#exports, `${this.#name()}.parquet`);
    try {
      await history.exportParquet(path, range, datastreams?.map((stream) => this.#named(stream)) ?? this.#all());
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    }
    return { path, bytes: statSync(path).size };
  }

  /**
   * A folder that is a data folder of its own: `--data-dir` opens it. The history first, then the catalog, so that the
   * catalog knows every datastream of the history. @throws {NoSpaceError}
   */
  async backup(): Promise<Made> {
    const { history, folder, databases } = this.#parts;
    const present = databases.filter((name) => statSync(join(folder, name), { throwIfNoEntry: false }));
    const expected = present.reduce((bytes, name) => bytes + statSync(join(folder, name)).size, history.bytes);
    mkdirSync(this.#backups, { recursive: true });
    this.#needSpace('a backup', expected);
    const path = join(this.#backups, this.#name());
    const partial = `${path}${PARTIAL}`;
    try {
      mkdirSync(partial);
      await history.copyTo(join(partial, 'history.duckdb'));
      for (const name of present) await copyDatabase(join(folder, name), join(partial, name));
      renameSync(partial, path);
    } catch (error) {
      rmSync(partial, { recursive: true, force: true });
      throw error;
    }
    return { path, bytes: readdirSync(path).reduce((bytes, name) => bytes + statSync(join(path, name)).size, 0) };
  }

  get #backups(): string {
    return join(this.#parts.folder, 'backups');
  }

  get #exports(): string {
    return join(this.#parts.folder, 'exports');
  }

  /** Of the moment, without the colons that Windows does not take. */
  #name(): string {
    return formatInstant(this.#parts.clock.now()).replaceAll(':', '-');
  }

  #all(): NamedDatastream[] {
    const named: NamedDatastream[] = [];
    for (const thing of this.#parts.catalog.things()) {
      for (const { index, property } of thing.datastreams) named.push({ index, thing: thing.id, property });
    }
    return named;
  }

  #named({ index, property }: Datastream): NamedDatastream {
    return { index, thing: this.#parts.catalog.thingOf(index)?.id ?? '', property };
  }

  #needSpace(what: string, bytes: number): void {
    const { bavail, bsize } = statfsSync(this.#parts.folder);
    const free = Math.max(0, bavail * bsize - RESERVE_BYTES);
    if (bytes > free) throw new NoSpaceError(what, bytes, free);
  }
}

async function copyDatabase(from: string, to: string): Promise<void> {
  const source = new DatabaseSync(from, { readOnly: true });
  try {
    await backup(source, to);
  } finally {
    source.close();
  }
}
