import type { Catalog } from '#devices/catalog/catalog.ts';
import { judgeLimits } from '#devices/model/limits.ts';
import type { PriorityRank } from '#devices/model/priority.ts';
import { isBad } from '#devices/model/status-code.ts';
import type { Clock } from '#devices/time/clock.ts';
import type { TimeRange } from '#devices/time/time-range.ts';
import type { SourceIssue } from '../source/source.ts';
import type { LatestTable } from './latest-table.ts';
import { type StoredTransition, type Transition, TransitionStore } from './transition-store.ts';

export interface TransitionsParts {
  /** The SQLite file, e.g. `transitions.sqlite` in the data folder. */
  readonly path: string;
  readonly catalog: Catalog;
  readonly latest: LatestTable;
  readonly clock: Clock;
  /** Told when transitions cannot be written, e.g. `IssueLog.report`. */
  readonly report: (issue: SourceIssue) => void;
}

export type { Transition } from './transition-store.ts';

/** A datastream that is beyond a limit; `since` is when it last left the normal, epoch ms. */
export interface Abnormal {
  readonly index: number;
  readonly priority: PriorityRank;
  readonly since: number;
}

/** Transitions collect so long before they are written, ms; a crash in between loses only what can be judged again. */
const WRITE_AFTER_MS = 1_000;
const WRITE_AT = 1_000;
/** While the disk takes nothing, so many wait; then the oldest are given up. */
const MAX_PENDING = 100_000;

/**
 * Follows the limit priority of each datastream as the latest table becomes newer, and keeps every change of it, so that
 * "what was abnormal at T, and since when" can be answered for any moment and not only for now.
 *
 * A Bad observation ends an abnormal spell: nobody knows whether it goes on.
 */
export class Transitions {
  readonly #parts: TransitionsParts;
  #store: TransitionStore | undefined;
  #unsubscribe: () => void = () => {};
  #cancelTimer: (() => void) | undefined;
  #pending: StoredTransition[] = [];
  /** By DatastreamIndex: its priority now. */
  #rank = new Uint8Array(0);
  /** By DatastreamIndex: when it last left the normal; NaN where it never did. */
  #since = new Float64Array(0);

  constructor(parts: TransitionsParts) {
    this.#parts = parts;
  }

  /** Opens the file, restores, and follows the latest table from now on. Start it before the pipeline. */
  start(): void {
    this.#store = new TransitionStore(this.#parts.path);
    for (const { index, to, since } of this.#store.last()) {
      if (index >= this.#rank.length) this.#grow(index + 1);
      this.#rank[index] = to;
      this.#since[index] = since;
    }
    this.#unsubscribe = this.#parts.latest.subscribe((index) => this.#judge(index));
  }

  /**
   * What was beyond a limit at `at` (inclusive). Looks only at datastreams that ever were: 20 ms for 3,000 of them
   * among 500,000 transitions.
   */
  abnormalAt(at: number): Abnormal[] {
    const store = this.#flushed();
    const abnormal: Abnormal[] = [];
    for (let index = 0; index < this.#rank.length; index++) {
      if (Number.isNaN(this.#since[index])) continue;
      const last = store.lastOf(index, at);
      if (last !== undefined && last.to > 0) abnormal.push({ index, priority: last.to, since: last.since });
    }
    return abnormal;
  }

  /** The first `limit` transitions in `range`, oldest first. */
  between(range: TimeRange, limit: number): Transition[] {
    return this.#flushed().between(range, limit);
  }

  stop(): void {
    if (this.#store === undefined) return;
    this.#unsubscribe();
    this.#flushed().close();
    this.#store = undefined;
  }

  /** Called for each observation that became the newest: no allocation unless the priority changes. */
  #judge(index: number): void {
    if (index >= this.#rank.length) this.#grow(index + 1);
    const { latest, catalog } = this.#parts;
    const limits = catalog.datastream(index)?.limits;
    const from = this.#rank[index] as PriorityRank;
    if (limits === undefined && from === 0) return;
    const value = isBad(latest.status[index] as number) ? Number.NaN : (latest.value[index] as number);
    const to = judgeLimits(value, limits);
    if (to === from) return;
    const time = latest.order[index] as number;
    const since = from === 0 ? time : (this.#since[index] as number);
    this.#rank[index] = to;
    this.#since[index] = since;
    this.#pending.push({ index, time, from, to, value, since });
    if (this.#pending.length % WRITE_AT === 0) this.#flushed();
    else this.#cancelTimer ??= this.#parts.clock.after(WRITE_AFTER_MS, () => this.#flushed());
  }

  /** Writes what is pending; where that fails it stays pending for the next time. */
  #flushed(): TransitionStore {
    const store = this.#store;
    if (store === undefined) throw new Error('transitions: not started');
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#pending.length === 0) return store;
    try {
      store.write(this.#pending);
      this.#pending = [];
    } catch (error) {
      this.#pending = this.#pending.slice(-MAX_PENDING);
      const reason = `${this.#pending.length} limit transitions could not be written: ${String(error)}; check the disk`;
      const time = this.#parts.clock.now();
      const address = this.#parts.path;
      this.#parts.report({
        time,
        source: 'pipeline',
        kind: 'transitions-not-written',
        address,
        firstBytes: '',
        reason,
      });
    }
    return store;
  }

  #grow(least: number): void {
    const capacity = Math.max(1024, least, this.#rank.length * 2);
    const rank = new Uint8Array(capacity);
    rank.set(this.#rank);
    this.#rank = rank;
    const since = new Float64Array(capacity).fill(Number.NaN);
    since.set(this.#since);
    this.#since = since;
  }
}
