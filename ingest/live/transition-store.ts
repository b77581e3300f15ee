import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { PriorityRank } from '#devices/model/priority.ts';
import type { TimeRange } from '#devices/time/time-range.ts';

/** A datastream went from one limit priority to another. */
export interface Transition {
  readonly index: number;
  /** Order time of the observation that did it, epoch ms. */
  readonly time: number;
  readonly from: PriorityRank;
  readonly to: PriorityRank;
  /** NaN where the observation was Bad. */
  readonly value: number;
}

/** A transition and the moment at which its datastream last left the normal, epoch ms. */
export interface StoredTransition extends Transition {
  readonly since: number;
}

/** Beyond so many the oldest are deleted, but for the last of each datastream. */
export const MAX_TRANSITIONS = 500_000;

const SCHEMA = `
  PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;
  CREATE TABLE IF NOT EXISTS transition (
    id INTEGER PRIMARY KEY, time REAL NOT NULL, datastream INTEGER NOT NULL,
    "from" INTEGER NOT NULL, "to" INTEGER NOT NULL, since REAL NOT NULL, value REAL) STRICT;
  CREATE INDEX IF NOT EXISTS transition_of ON transition (datastream, time, id, "to", since);
  CREATE INDEX IF NOT EXISTS transition_at ON transition (time, id);`;

interface Row {
  readonly time: number;
  readonly datastream: number;
  readonly from: number;
  readonly to: number;
  readonly since: number;
  readonly value: number | null;
}

/** Transitions in SQLite, bounded in number. No sync of its own: they can be judged again from history. */
export class TransitionStore {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #lastOf: StatementSync;
  readonly #between: StatementSync;
  readonly #maxRows: number;
  #rows: number;

  constructor(path: string, maxRows = MAX_TRANSITIONS) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(SCHEMA);
    this.#insert = this.#database.prepare(
      'INSERT INTO transition (time, datastream, "from", "to", since, value) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#lastOf = this.#database.prepare(
      'SELECT * FROM transition WHERE datastream = ? AND time <= ? ORDER BY time DESC, id DESC LIMIT 1',
    );
    this.#between = this.#database.prepare(
      'SELECT * FROM transition WHERE time >= ? AND time < ? ORDER BY time, id LIMIT ?',
    );
    this.#maxRows = maxRows;
    this.#rows = this.#database.prepare('SELECT count(*) AS count FROM transition').get()?.count as number;
  }

  /** The last transition of every datastream. */
  last(): StoredTransition[] {
    const sql = 'SELECT * FROM transition WHERE id IN (SELECT max(id) FROM transition GROUP BY datastream)';
    return (this.#database.prepare(sql).all() as unknown as Row[]).map(toTransition);
  }

  /** The datastream's last transition at or before `at`. */
  lastOf(index: number, at: number): StoredTransition | undefined {
    const row = this.#lastOf.get(index, at) as unknown as Row | undefined;
    return row === undefined ? undefined : toTransition(row);
  }

  between(range: TimeRange, limit: number): StoredTransition[] {
    return (this.#between.all(range.from, range.to, limit) as unknown as Row[]).map(toTransition);
  }

  /** Writes all of them or, where it throws, none. */
  write(transitions: readonly StoredTransition[]): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const { time, index, from, to, since, value } of transitions) {
        this.#insert.run(time, index, from, to, since, Number.isNaN(value) ? null : value);
      }
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
    this.#rows += transitions.length;
    if (this.#rows > this.#maxRows) this.#prune();
  }

  close(): void {
    this.#database.close();
  }

  /** Takes away a tenth more than needed, so that it happens rarely. */
  #prune(): void {
    const excess = this.#rows - this.#maxRows + Math.ceil(this.#maxRows / 10);
    const { changes } = this.#database
      .prepare(
        `DELETE FROM transition WHERE id IN (SELECT id FROM transition ORDER BY id LIMIT ?)
           AND id NOT IN (SELECT max(id) FROM transition GROUP BY datastream)`,
      )
      .run(excess);
    this.#rows -= Number(changes);
  }
}

function toTransition(row: Row): StoredTransition {
  return {
    index: row.datastream,
    time: row.time,
    from: row.from as PriorityRank,
    to: row.to as PriorityRank,
    since: row.since,
    value: row.value ?? Number.NaN,
  };
}
