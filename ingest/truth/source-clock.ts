import { CLOCK_AHEAD_TOLERANCE_MS } from '#devices/model/order-time.ts';

/**
 * `unknown`: too few readings with a time, or none fresh enough to tell a slow clock from late delivery.
 * `behind`: every reading is late by the same time; a slow clock does that, and so does a source that always sends late.
 */
export type ClockState = 'unknown' | 'right' | 'ahead' | 'behind';

/** What is found of a source's clock. */
export interface ClockFinding {
  readonly state: ClockState;
  /** Source clock minus ours, ms: positive ahead, negative behind; undefined unless it is off. */
  readonly offsetMs: number | undefined;
  /** Received time at which the state was found, epoch ms; undefined while unknown. */
  readonly since: number | undefined;
}

/** A cell gathers readings for at least so long, and at least so many: a batch that comes at once is one cell. */
const CELL_MS = 60_000;
const CELL_READINGS = 8;
/** Ahead from so many readings from the future on, if they are at least this share of those of the last two cells. */
const AHEAD_READINGS = 3;
const AHEAD_SHARE = 0.05;
/** Right again when fewer than this share are still ahead, by a second less than what counts as ahead. */
const RIGHT_SHARE = 0.02;
const RIGHT_MARGIN_MS = 1_000;
/** Behind by more than this, in so many cells in a row, all within the steadiness of each other. */
export const CLOCK_BEHIND_TOLERANCE_MS = 30_000;
const BEHIND_CELLS = 10;
const STEADY_MS = 10_000;

/**
 * Judges a source's clock by the delays of its readings alone: delay = way + waiting − offset of the clock, where the way
 * and the waiting are never negative.
 *
 * - *Ahead* needs no more than that: a delay below −5 s can have no other cause. At least three readings, and 5 % of those
 *   of the last two cells, so that one wrong time, or one wrong device among many behind a gateway, accuses nobody.
 * - *Behind* could be late delivery. The least delay of a cell is that of its freshest reading: a batch ends with one that
 *   is hardly late, and a backlog catches up, so its least delays fall. Only a clock (or a source that always waits)
 *   keeps them above 30 s and equal within 10 s for ten cells in a row, ten minutes at the least.
 *
 * Limits: a source that sends averages stamped with the start of their period, or that always holds back what it has for
 * the same time, looks like a clock that is behind, and is called "behind, or always late". Offsets under 5 s ahead or
 * 30 s behind are not seen, nor is a batch of which less than 5 % lies in the future. A source of many devices is judged
 * as one.
 */
export class SourceClock {
  #state: ClockState = 'unknown';
  #since: number | undefined;
  #cellStart = Number.NEGATIVE_INFINITY;
  #count = 0;
  #ahead = 0;
  #nearlyAhead = 0;
  #countBefore = 0;
  #aheadBefore = 0;
  #nearlyAheadBefore = 0;
  /** The least delay of the cell, and the least but two, which one or two wrong times cannot make. */
  #least = Number.POSITIVE_INFINITY;
  #second = Number.POSITIVE_INFINITY;
  #third = Number.POSITIVE_INFINITY;
  /** Of closed cells, newest last: least delays, and what they say of an offset ahead. */
  readonly #leasts: number[] = [];
  readonly #offsets: number[] = [];

  get finding(): ClockFinding {
    return { state: this.#state, offsetMs: this.#offset(), since: this.#since };
  }

  get state(): ClockState {
    return this.#state;
  }

  /** Takes the delay of a reading that carried a time (received − source time, ms). Whether the state changed by it. */
  note(delayMs: number, receivedTime: number): boolean {
    if (this.#count >= CELL_READINGS && receivedTime - this.#cellStart >= CELL_MS) this.#closeCell();
    if (this.#count === 0) this.#cellStart = receivedTime;
    this.#count++;
    if (delayMs < -CLOCK_AHEAD_TOLERANCE_MS) this.#ahead++;
    if (delayMs < RIGHT_MARGIN_MS - CLOCK_AHEAD_TOLERANCE_MS) this.#nearlyAhead++;
    this.#rank(delayMs);
    const state = this.#judge();
    if (state === this.#state) return false;
    this.#state = state;
    this.#since = receivedTime;
    return true;
  }

  #judge(): ClockState {
    const count = this.#count + this.#countBefore;
    const ahead = this.#ahead + this.#aheadBefore;
    if (count >= CELL_READINGS && ahead >= AHEAD_READINGS && ahead >= AHEAD_SHARE * count) return 'ahead';
    const nearly = this.#nearlyAhead + this.#nearlyAheadBefore;
    if (this.#state === 'ahead' && nearly >= RIGHT_SHARE * count) return 'ahead';
    if (this.#isSteadilyLate()) return 'behind';
    if (count < CELL_READINGS) return this.#state;
    const isFresh = this.#least < CLOCK_BEHIND_TOLERANCE_MS / 2;
    return isFresh ? 'right' : this.#state === 'ahead' ? 'unknown' : this.#state;
  }

  /** Every one of the last cells was late, and all by the same time; a fresh reading since then ends it. */
  #isSteadilyLate(): boolean {
    if (this.#leasts.length < BEHIND_CELLS || this.#least <= CLOCK_BEHIND_TOLERANCE_MS / 2) return false;
    let low = this.#least;
    let high = Number.NEGATIVE_INFINITY;
    for (const least of this.#leasts) {
      if (least < low) low = least;
      if (least > high) high = least;
    }
    // Found behind, it stays so while it is late; how steady it is tells the clock from a backlog at the start only.
    if (low <= CLOCK_BEHIND_TOLERANCE_MS) return this.#state === 'behind' && low > CLOCK_BEHIND_TOLERANCE_MS / 2;
    return this.#state === 'behind' || high - low <= STEADY_MS;
  }

  #offset(): number | undefined {
    if (this.#state === 'ahead') return -middle([...this.#offsets.slice(-2), this.#cellOffset()]);
    if (this.#state === 'behind') return -middle(this.#leasts);
    return undefined;
  }

  #cellOffset(): number {
    if (this.#third < -CLOCK_AHEAD_TOLERANCE_MS) return this.#third;
    return this.#offsets.at(-1) ?? this.#least;
  }

  #rank(delayMs: number): void {
    if (delayMs >= this.#third) return;
    if (delayMs >= this.#second) this.#third = delayMs;
    else {
      this.#third = this.#second;
      if (delayMs >= this.#least) this.#second = delayMs;
      else {
        this.#second = this.#least;
        this.#least = delayMs;
      }
    }
  }

  #closeCell(): void {
    this.#leasts.push(this.#least);
    if (this.#leasts.length > BEHIND_CELLS) this.#leasts.shift();
    this.#offsets.push(this.#cellOffset());
    if (this.#offsets.length > BEHIND_CELLS) this.#offsets.shift();
    this.#countBefore = this.#count;
    this.#aheadBefore = this.#ahead;
    this.#nearlyAheadBefore = this.#nearlyAhead;
    this.#count = 0;
    this.#ahead = 0;
    this.#nearlyAhead = 0;
    this.#least = Number.POSITIVE_INFINITY;
    this.#second = Number.POSITIVE_INFINITY;
    this.#third = Number.POSITIVE_INFINITY;
  }
}

function middle(numbers: readonly number[]): number {
  const sorted = numbers.filter((n) => Number.isFinite(n)).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
