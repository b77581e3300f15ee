import type { DuckDBConnection } from '@duckdb/node-api';
import type { RetentionPolicy } from '../retention-policy.ts';
import type { FirstSeen } from './first-seen.ts';
import { micros } from './micros.ts';
import { ROLLUPS, type RollupProgress } from './rollup.ts';

/** Rows that one step deletes, more or less: what bounds how long a step, and the checkpoint after it, take. */
const STEP_ROWS = 100_000;
const FIRST_WINDOW_MS = 60_000;
const LEAST_WINDOW_MS = 1_000;

/** The mark of all observations whose property has no rule of its own. */
const OBSERVATIONS = 'observations';
const ownName = (property: string): string => `${OBSERVATIONS} ${property}`;

/** Epoch ms, `from` inclusive. */
interface Window {
  readonly from: number;
  readonly before: number;
}

/** What has a rule of its own: the observations of a property, all others, or a rollup. */
interface Kept {
  /** As in `retention_mark`. */
  readonly name: string;
  readonly tables: readonly string[];
  /** The column that says how old a row is, and how much later it ends. */
  readonly column: 'order_us' | 'bin';
  readonly widthMs: number;
  readonly keepMs: number;
  /** For observations: whose. */
  readonly isMember?: (index: number) => boolean;
}

/** Which ObservedProperty a datastream measures; undefined where nobody knows. */
export type PropertyOf = (index: number) => string | undefined;

export interface Expired {
  readonly rows: number;
  /** There is more to delete. */
  readonly hasMore: boolean;
}

/**
 * Deletes what is older than its rule allows, one bounded step at a time. The newest observation of each datastream
 * stays, however old: what a door said last is its state today. So does what the rollups have not taken in yet.
 */
export class Retention {
  readonly #policy: RetentionPolicy;
  readonly #propertyOf: PropertyOf;
  /** Durably, of each: older ones may have been deleted. A property without a mark goes by that of all others. */
  readonly #marks = new Map<string, number>();
  /** Where its last step ended, since the file was opened. */
  readonly #done = new Map<string, number>();
  readonly #windows = new Map<string, number>();

  constructor(policy: RetentionPolicy, propertyOf: PropertyOf) {
    this.#policy = policy;
    this.#propertyOf = propertyOf;
  }

  async load(connection: DuckDBConnection): Promise<void> {
    const rows = await connection.runAndReadAll('SELECT kept, before FROM retention_mark');
    for (const [kept, before] of rows.getRows() as [string, number][]) this.#marks.set(kept, before);
    // A property with a new rule lacks what it lacked among all others.
    for (const property of this.#policy.propertiesMs.keys()) {
      const name = ownName(property);
      if (!this.#marks.has(name)) this.#marks.set(name, this.#mark(OBSERVATIONS));
    }
  }

  /** Observations of a datastream from this moment on are all there; older ones may have been deleted. */
  observationsFrom(index: number): number {
    const property = this.#propertyOf(index);
    const own = property === undefined ? undefined : this.#marks.get(ownName(property));
    return own ?? this.#mark(OBSERVATIONS);
  }

  /** Bins of a rollup from this moment on are all there. */
  rollupFrom(name: string): number {
    return this.#mark(name);
  }

  /** Whether there is anything that is not kept for ever. */
  get hasRules(): boolean {
    return this.#all().some(({ keepMs }) => Number.isFinite(keepMs));
  }

  /** Whether it must be known which observation of each datastream is its newest. */
  get forgetsObservations(): boolean {
    return this.#all().some(({ keepMs, column }) => column === 'order_us' && Number.isFinite(keepMs));
  }

  /** One step for the first that is beyond its rule. `now`: epoch ms. */
  async step(
    connection: DuckDBConnection,
    firstSeen: FirstSeen,
    progress: RollupProgress,
    now: number,
  ): Promise<Expired> {
    const cutoffOf = ({ keepMs, widthMs }: Kept): number => now - keepMs - widthMs;
    const due = this.#all().filter((kept) => cutoffOf(kept) > this.#doneBefore(kept) + slackMs(kept));
    const [kept] = due;
    if (kept === undefined || !Number.isFinite(progress.nearest)) return { rows: 0, hasMore: false };
    const cutoff = cutoffOf(kept);
    const window = await this.#nextWindow(connection, kept, cutoff);
    const rows = await this.#delete(connection, kept, window, firstSeen, progress);
    return { rows, hasMore: due.length > 1 || window.before < cutoff };
  }

  /** From the last mark so far that it holds about `STEP_ROWS`; the one that ends at the cutoff also takes what came late. */
  async #nextWindow(connection: DuckDBConnection, kept: Kept, cutoff: number): Promise<Window> {
    const done = this.#done.get(kept.name);
    const from = done ?? (await oldestOf(connection, kept)) ?? cutoff;
    let windowMs = 2 * (this.#windows.get(kept.name) ?? FIRST_WINDOW_MS);
    while (windowMs > LEAST_WINDOW_MS) {
      if ((await countBetween(connection, kept, from, Math.min(cutoff, from + windowMs))) <= STEP_ROWS) break;
      windowMs /= 2;
    }
    this.#windows.set(kept.name, windowMs);
    const before = Math.min(cutoff, from + windowMs);
    return before < cutoff ? { from, before } : { from: Number.NEGATIVE_INFINITY, before };
  }

  /** Its own; and of properties that once had a rule and are now among all others, theirs. */
  #namesMarkedWith(kept: Kept): string[] {
    if (kept.name !== OBSERVATIONS) return [kept.name];
    const ruled = new Set([...this.#policy.propertiesMs.keys()].map(ownName));
    return [...this.#marks.keys()].filter((name) => name.startsWith(ownName('')) && !ruled.has(name)).concat(kept.name);
  }

  #doneBefore({ name }: Kept): number {
    return this.#done.get(name) ?? Number.NEGATIVE_INFINITY;
  }

  #mark(name: string): number {
    return this.#marks.get(name) ?? Number.NEGATIVE_INFINITY;
  }

  #all(): Kept[] {
    const { observationsMs, propertiesMs, rollupsMs } = this.#policy;
    const lanes = { tables: ['observation', 'text_observation'], column: 'order_us', widthMs: 0 } as const;
    const isOther = (index: number): boolean => !propertiesMs.has(this.#propertyOf(index) ?? '');
    const others = propertiesMs.size === 0 ? {} : { isMember: isOther };
    return [
      ...ROLLUPS.map(({ name, table, widthMs }): Kept => {
        const keepMs = rollupsMs.get(name) ?? Number.POSITIVE_INFINITY;
        return { name, tables: [table], column: 'bin', widthMs, keepMs };
      }),
      { ...lanes, name: OBSERVATIONS, keepMs: observationsMs, ...others },
      ...[...propertiesMs].map(
        ([property, keepMs]): Kept => ({
          ...lanes,
          name: ownName(property),
          keepMs,
          isMember: (index) => this.#propertyOf(index) === property,
        }),
      ),
    ];
  }

  /** In one transaction with the mark. */
  async #delete(
    connection: DuckDBConnection,
    kept: Kept,
    { from, before }: Window,
    firstSeen: FirstSeen,
    progress: RollupProgress,
  ): Promise<number> {
    let where = within(kept, from, before);
    if (kept.column === 'order_us') {
      await nameMembers(connection, kept, before, firstSeen);
      where += ` AND position < ${progress.nearest} AND EXISTS (
        SELECT 1 FROM temp.member m WHERE m.datastream = o.datastream AND o.order_us < m.newest)`;
    }
    const marks = new Map(this.#marks);
    for (const name of this.#namesMarkedWith(kept)) marks.set(name, Math.max(before, this.#mark(name)));
    let rows = 0;
    await connection.run('BEGIN');
    try {
      for (const table of kept.tables) {
        const result = await connection.run(`DELETE FROM ${table} o WHERE ${where}`);
        rows += result.rowsChanged;
      }
      await connection.run('DELETE FROM retention_mark');
      for (const [name, mark] of marks) {
        if (Number.isFinite(mark)) await connection.run(`INSERT INTO retention_mark VALUES (${quoted(name)}, ${mark})`);
      }
      await connection.run('COMMIT');
    } catch (error) {
      await connection.run('ROLLBACK').catch(() => {
        // The transaction is already gone; the error that brought us here says why.
      });
      throw error;
    }
    for (const [name, mark] of marks) this.#marks.set(name, mark);
    this.#done.set(kept.name, before);
    if (kept.column === 'order_us') firstSeen.forgetBefore(before, kept.isMember);
    return rows;
  }
}

/** A rule is applied every hundredth of its length, between ten minutes and an hour: not for every second that passes. */
function slackMs({ keepMs }: Kept): number {
  return Math.min(3_600_000, Math.max(600_000, keepMs / 100));
}

/** SQL for the rows of these times, epoch ms, `from` inclusive. */
function within({ column }: Kept, from: number, before: number): string {
  const bound = (instant: number) => (column === 'bin' ? Math.max(instant, -Number.MAX_VALUE) : micros(instant));
  return `${column} >= ${bound(from)} AND ${column} < ${bound(before)}`;
}

async function countBetween(connection: DuckDBConnection, kept: Kept, from: number, before: number): Promise<number> {
  const each = kept.tables.map((table) => `SELECT count(*) AS rows FROM ${table} WHERE ${within(kept, from, before)}`);
  const found = await connection.runAndReadAll(`SELECT sum(rows)::DOUBLE FROM (${each.join(' UNION ALL ')})`);
  return found.getRows()[0]?.[0] as number;
}

async function oldestOf(connection: DuckDBConnection, { tables, column }: Kept): Promise<number | undefined> {
  const each = tables.map((table) => `SELECT min(${column}) AS oldest FROM ${table}`);
  const found = await connection.runAndReadAll(`SELECT min(oldest)::DOUBLE FROM (${each.join(' UNION ALL ')})`);
  const oldest = (found.getRows()[0]?.[0] as number | null) ?? undefined;
  return oldest === undefined || column === 'bin' ? oldest : oldest / 1000;
}

/** The table `member`: each datastream that the rule is for, and the order time of its newest, which stays. */
async function nameMembers(
  connection: DuckDBConnection,
  { isMember }: Kept,
  before: number,
  firstSeen: FirstSeen,
): Promise<void> {
  await connection.run('CREATE OR REPLACE TEMP TABLE member (datastream UINTEGER, newest BIGINT)');
  const appender = await connection.createAppender('member', 'main', 'temp');
  try {
    for (let index = 0; index < firstSeen.size; index++) {
      if (firstSeen.order(index) >= before || (isMember !== undefined && !isMember(index))) continue;
      appender.appendUInteger(index);
      appender.appendBigInt(micros(firstSeen.newestOf(index)));
      appender.endRow();
    }
  } finally {
    appender.closeSync();
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
