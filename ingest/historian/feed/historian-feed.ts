import { createBatch, type ObservationBatch, type TextObservation } from '#devices/model/observation-batch.ts';
import type { Clock } from '#devices/time/clock.ts';
import type { Journal } from '../../journal/journal.ts';
import type { JournalReader } from '../../journal/journal-reader.ts';
import type { SourceIssue } from '../../source/source.ts';
import type { Historian } from '../historian.ts';
import { type HistoryProblem, historyProblem } from './history-problem.ts';

export interface HistorianFeedParts {
  readonly journal: Pick<Journal, 'end' | 'oldest' | 'reader'>;
  readonly historian: Pick<Historian, 'position' | 'append'>;
  readonly clock: Clock;
  readonly report: (issue: SourceIssue) => void;
}

export interface FeedLimits {
  /** While history keeps up, observations collect for so long, ms. */
  readonly intervalMs: number;
  /** Observations in one append, more or less; a whole row group of DuckDB is what it takes fastest. */
  readonly maxRows: number;
  /** Waits between attempts, ms: doubled each time up to the longest. */
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** So long after its start it takes one stretch at a time, ms: the service that starts beside it needs the thread. */
  readonly calmStartMs: number;
  /** A question waits no longer than this for history to catch up, ms. */
  readonly settleMs: number;
}

export const FEED_DEFAULTS: FeedLimits = {
  intervalMs: 200,
  maxRows: 122_880,
  firstRetryMs: 250,
  longestRetryMs: 15_000,
  calmStartMs: 3_000,
  settleMs: 2_000,
};

/** A lag shorter than this is the beat of the feed and not worth a word, ms. */
export const LAG_WORTH_A_WORD_MS = 5_000;

/** How far history is behind the journal. */
export interface HistoryLag {
  /** Observations acknowledged and not yet in history. */
  readonly observations: number;
  /** Everything received before this is in history, epoch ms; undefined where all is. */
  readonly completeUntil: number | undefined;
  /** Why history takes nothing now; undefined where it does. */
  readonly problem: HistoryProblem | undefined;
}

/** A stretch of the journal that was read and is not known to be in history; empty before and after that. */
interface Stretch {
  readonly batch: ObservationBatch;
  readonly texts: TextObservation[];
  /** The position behind it. */
  next: number;
  /** What the historian says to it; undefined while it was not offered. */
  taken: Promise<void> | undefined;
}

/** A historian that lags by more than this is not waited for. */
const FAR_BEHIND = 200_000;

/**
 * Carries the journal into history, in order and each observation once: from the historian's own position on, each append
 * tried until it is taken. While history is far behind, the next stretch is read and offered as the one before is on its
 * way. One path for live, for catching up and for what was there at the start.
 */
export class HistorianFeed {
  readonly #parts: HistorianFeedParts;
  readonly #limits: FeedLimits;
  readonly #reader: JournalReader;
  #stretch = emptyStretch();
  /** What comes behind it. */
  #ahead = emptyStretch();
  /** Below it, everything the journal has is in history. */
  #next: number;
  /** Everything received before this is in history, where nothing is pending; epoch ms, 0 while nothing is known. */
  #completeUntil = 0;
  #problem: HistoryProblem | undefined;
  #retryMs = 0;
  #startedAt = 0;
  #isStopped = false;
  #running: Promise<void> = Promise.resolve();
  #wake: () => void = () => {};
  readonly #waiting = new Set<() => void>();

  constructor(parts: HistorianFeedParts, limits: Partial<FeedLimits> = {}) {
    this.#parts = parts;
    this.#limits = { ...FEED_DEFAULTS, ...limits };
    this.#reader = parts.journal.reader();
    this.#next = parts.historian.position;
  }

  start(): void {
    this.#startedAt = this.#parts.clock.now();
    this.#tellGap();
    this.#running = this.#run();
  }

  /**
   * Takes what is left to a historian that is there; the rest waits in the journal for the next start. An append that is
   * not answered holds up the stop for `settleMs` at most: it is offered again then.
   */
  async stop(): Promise<void> {
    const { clock } = this.#parts;
    await this.settle();
    this.#isStopped = true;
    this.#wake();
    const late = Promise.withResolvers<void>();
    const cancel = clock.after(this.#limits.settleMs, late.resolve);
    await Promise.race([this.#running, late.promise]);
    cancel();
    await this.#reader.close();
    this.#tellWaiting();
  }

  get lag(): HistoryLag {
    const observations = Math.max(0, this.#parts.journal.end - this.#next);
    return {
      observations,
      completeUntil: observations === 0 ? undefined : (firstReceived(this.#stretch) ?? this.#completeUntil),
      problem: this.#problem,
    };
  }

  /**
   * Resolves when history holds everything that is in the journal now; earlier where it is away or far behind, or that
   * takes longer than `settleMs`.
   */
  async settle(): Promise<void> {
    const { journal, clock } = this.#parts;
    const target = journal.end;
    if (this.#isStopped || this.#problem !== undefined || target - this.#next > FAR_BEHIND) return;
    if (this.#next >= target) return;
    await new Promise<void>((resolve) => {
      let isLate = false;
      const check = () => {
        if (this.#next < target && this.#problem === undefined && !this.#isStopped && !isLate) return;
        cancel();
        this.#waiting.delete(check);
        resolve();
      };
      const cancel = clock.after(this.#limits.settleMs, () => {
        isLate = true;
        check();
      });
      this.#waiting.add(check);
      this.#wake();
    });
  }

  async #run(): Promise<void> {
    const { intervalMs, maxRows } = this.#limits;
    while (!this.#isStopped) {
      if (!this.#isBehind()) this.#completeUntil = this.#parts.clock.now();
      const isTaken = !this.#isBehind() || (await this.#feed());
      const isNearlyDone = this.#parts.journal.end - this.#next < maxRows;
      if (!isTaken) await this.#pause(this.#retryMs);
      else if (isNearlyDone && this.#waiting.size === 0 && isEmpty(this.#stretch)) await this.#pause(intervalMs);
    }
  }

  #isBehind(): boolean {
    return this.#next < this.#parts.journal.end;
  }

  /** One step; false where the historian did not take it. */
  async #feed(): Promise<boolean> {
    const stretch = this.#stretch;
    const ahead = this.#ahead;
    try {
      await this.#offer(stretch, this.#next);
      const isFarBehind = this.#parts.journal.end - stretch.next >= this.#limits.maxRows;
      // What is wrong with it is told when its turn comes.
      if (isFarBehind && this.#maySpeedUp()) await this.#offer(ahead, stretch.next).catch(ignore);
      await stretch.taken;
    } catch (error) {
      // It rejects too, as it comes behind; until then the historian may be at it.
      await ahead.taken?.catch(ignore);
      stretch.taken = undefined;
      ahead.taken = undefined;
      this.#failed(error);
      return false;
    }
    this.#completeUntil = firstReceived(stretch) ?? this.#completeUntil;
    this.#next = stretch.next;
    clear(stretch);
    this.#stretch = ahead;
    this.#ahead = stretch;
    this.#succeeded();
    this.#tellWaiting();
    return true;
  }

  #maySpeedUp(): boolean {
    return !this.#isStopped && this.#parts.clock.now() - this.#startedAt >= this.#limits.calmStartMs;
  }

  /** Reads it, where it is empty, and offers it, where it was not: resolves while it is on its way. */
  async #offer(stretch: Stretch, from: number): Promise<void> {
    if (isEmpty(stretch)) await this.#read(stretch, from);
    if (isEmpty(stretch)) return;
    stretch.taken ??= this.#parts.historian.append(stretch);
    stretch.taken.catch(ignore);
  }

  async #read(stretch: Stretch, from: number): Promise<void> {
    try {
      stretch.next = await this.#reader.read(from, this.#limits.maxRows, stretch);
    } catch (error) {
      // Half of it would be taken for all of it.
      clear(stretch);
      throw error;
    }
  }

  #tellWaiting(): void {
    for (const check of [...this.#waiting]) check();
  }

  #failed(error: unknown): void {
    const { firstRetryMs, longestRetryMs } = this.#limits;
    this.#retryMs = Math.min(longestRetryMs, this.#retryMs === 0 ? firstRetryMs : this.#retryMs * 2);
    const isNew = this.#problem === undefined;
    this.#problem = historyProblem(error);
    if (isNew) {
      const why = this.#problem.message;
      this.#report('history-away', `${why}; what is received stays in the journal and goes to history later`);
    }
    this.#tellWaiting();
  }

  #succeeded(): void {
    this.#retryMs = 0;
    if (this.#problem === undefined) return;
    this.#problem = undefined;
    this.#report('history-back', `history takes observations again; ${this.lag.observations} are on their way to it`);
  }

  /** Positions that history has not and the journal no longer has. */
  #tellGap(): void {
    const { oldest, end } = this.#parts.journal;
    const missing = Math.min(oldest, end) - this.#next;
    if (missing <= 0) return;
    this.#report(
      'history-gap',
      `up to ${missing} older observations are in no segment of the journal any more and will not be in this history`,
    );
    this.#next = oldest;
  }

  #report(kind: string, reason: string): void {
    this.#parts.report({
      time: this.#parts.clock.now(),
      source: 'history',
      kind,
      address: 'historian',
      firstBytes: '',
      reason,
    });
  }

  #pause(ms: number): Promise<void> {
    // Told to end while the historian was at it, when nobody paused that could be woken.
    if (this.#isStopped) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

function emptyStretch(): Stretch {
  return { batch: createBatch(1_024), texts: [], next: 0, taken: undefined };
}

function isEmpty({ batch, texts }: Stretch): boolean {
  return batch.count + texts.length === 0;
}

function clear(stretch: Stretch): void {
  stretch.batch.count = 0;
  stretch.texts.length = 0;
  stretch.taken = undefined;
}

/** When the first observation in it was received, epoch ms. */
function firstReceived({ batch, texts }: Stretch): number | undefined {
  const first = batch.count > 0 ? (batch.receivedTime[0] as number) : Number.POSITIVE_INFINITY;
  const received = Math.min(first, texts[0]?.receivedTime ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(received) ? received : undefined;
}

/** For failures that are told when the stretch is waited for. */
function ignore(): void {}
