import { type FileHandle, open, rename } from 'node:fs/promises';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** A message that is kept for later subscribers. */
export interface RetainedMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
}

/** What later subscribers get, or that nothing is kept for them any more. */
type Change = RetainedMessage | { readonly topic: string; readonly payload: undefined };

const SCHEMA = `
  PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;
  CREATE TABLE IF NOT EXISTS retained (
    topic TEXT PRIMARY KEY, payload BLOB NOT NULL, qos INTEGER NOT NULL) STRICT, WITHOUT ROWID;`;

/**
 * Retained messages on disk (`retained.sqlite`). Changes are collected while the disk is busy with those before, and go
 * there together: a flood of them is one transaction and one fdatasync after another, and a single one waits for nobody.
 *
 * SQLite's own sync would hold up the whole service (it has no other way than to block), so its log is written without
 * one (`synchronous = NORMAL`) and synced by us, on another thread. SQLite itself syncs the log before it moves pages
 * from there into the database.
 */
export class RetainedFile {
  readonly #path: string;
  #database: DatabaseSync | undefined;
  #upsert: StatementSync | undefined;
  #delete: StatementSync | undefined;
  #log: FileHandle | undefined;
  /** By topic: of several changes in one group only the last matters. */
  #pending = new Map<string, Change>();
  /** When the group that is being collected is on disk. */
  #next: Promise<void> | undefined;
  #current: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Opens or creates the file, and reads it. One that is broken is set aside and an empty one begun: the service starts.
   *
   * @param now Epoch ms, for the name of the broken one. @returns what was kept, and why and where to the broken file was moved.
   */
  async open(now: number): Promise<{ readonly kept: readonly RetainedMessage[]; readonly setAside?: string }> {
    try {
      return { kept: await this.#openAndRead() };
    } catch (error) {
      this.#database?.close();
      const aside = `${this.#path}.broken-${now}`;
      for (const suffix of ['', '-wal', '-shm']) await moveIfThere(this.#path + suffix, aside + suffix);
      return { kept: await this.#openAndRead(), setAside: `${(error as Error).message}; it was moved to ${aside}` };
    }
  }

  /** Resolves when it is on disk; rejects where it is not. Without a payload the topic's message is taken away. */
  put(change: Change): Promise<void> {
    this.#pending.set(change.topic, change);
    this.#next ??= this.#afterCurrent();
    return this.#next;
  }

  /** When all that was put is on disk. */
  async close(): Promise<void> {
    await (this.#next ?? this.#current).catch(() => {
      // Told to whoever put it.
    });
    this.#database?.close();
    this.#database = undefined;
    await this.#log?.close();
    this.#log = undefined;
  }

  async #openAndRead(): Promise<RetainedMessage[]> {
    const database = new DatabaseSync(this.#path);
    this.#database = database;
    database.exec(SCHEMA);
    this.#upsert = database.prepare(
      'INSERT INTO retained VALUES (?, ?, ?) ON CONFLICT (topic) DO UPDATE SET payload = excluded.payload, qos = excluded.qos',
    );
    this.#delete = database.prepare('DELETE FROM retained WHERE topic = ?');
    const rows = database.prepare('SELECT topic, payload, qos FROM retained').all();
    // In WAL mode the log is there from the first read on, and the same file as long as the database is open.
    this.#log = await open(`${this.#path}-wal`, 'r+');
    return rows.map(({ topic, payload, qos }) => ({
      topic: topic as string,
      payload: Buffer.from(payload as Uint8Array),
      qos: qos as RetainedMessage['qos'],
    }));
  }

  async #afterCurrent(): Promise<void> {
    await this.#current.catch(() => {
      // Told to whoever put it; the next group stands for itself.
    });
    // So that all of one read from a socket comes together.
    await new Promise(setImmediate);
    const group = this.#pending;
    this.#pending = new Map();
    this.#current = this.#next as Promise<void>;
    this.#next = undefined;
    this.#write(group);
    await (this.#log as FileHandle).datasync();
  }

  #write(group: ReadonlyMap<string, Change>): void {
    const database = this.#database as DatabaseSync;
    database.exec('BEGIN IMMEDIATE');
    try {
      for (const change of group.values()) {
        if (change.payload === undefined) this.#delete?.run(change.topic);
        else this.#upsert?.run(change.topic, change.payload, change.qos);
      }
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
}

async function moveIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
