/** Steps between readings that are looked at together. */
const STEPS = 8;
/** So many of them must lie within this share of their median. */
const REGULAR_STEPS = 7;
const TOLERANCE = 0.2;
/** And the eight may last at most so many times what the median says: pauses between bursts are no interval. */
const MAX_STRETCH = 2;
/** Regular windows in a row with one median, before it is believed; irregular ones, before it is given up. */
const WINDOWS_TO_LEARN = 2;
const WINDOWS_TO_FORGET = 4;
const LONGEST_STREAK = 100;
/** What is known is told anew only where it differs by more than this share. */
const CLEARLY_DIFFERENT = 0.25;

/**
 * Learns how often each datastream sends from the steps between its readings: two windows of eight steps, seven in eight
 * within 20 % of one median, so seventeen readings of which few come doubled or not at all. Of a datastream that sends when
 * something happens (a Poisson process) one window in 19,000 is so regular by chance (527 of 10 million), and two in a row
 * with one median practically never are; so nothing is learnt of it. An interval that is no longer kept is changed or forgotten by the same measure.
 *
 * Limit: a datastream that sends regularly for a while and then pauses is learnt by what it does while it sends.
 *
 * 38 bytes per datastream, in typed arrays by index; no allocation per reading.
 */
export class IntervalLearner {
  #capacity = 0;
  /** The last steps, ms, STEPS per datastream. */
  #steps = new Float32Array(0);
  /** Where among them the next step goes. */
  #next = new Uint8Array(0);
  /** Median of the last regular windows, ms; 0: none. */
  #candidate = new Float32Array(0);
  /** Regular windows in a row; negative: irregular ones. */
  #streak = new Int8Array(0);
  /** Found and not yet taken, ms by index; undefined: forgotten. */
  readonly #news = new Map<number, number | undefined>();
  readonly #window = new Float32Array(STEPS);

  /**
   * Takes the time from one reading of a datastream to the next, ms, above 0. `known` is what the catalog has learnt of it
   * before.
   */
  note(index: number, stepMs: number, known: number | undefined): void {
    if (index >= this.#capacity) this.#grow(index + 1);
    const next = this.#next[index] as number;
    this.#steps[index * STEPS + next] = stepMs;
    this.#next[index] = (next + 1) % STEPS;
    if (next === STEPS - 1) this.#judge(index, this.#news.has(index) ? this.#news.get(index) : known);
  }

  /** At most `limit` intervals found since they were last taken, for the catalog; undefined where there are none. */
  takeNews(limit: number): ReadonlyMap<number, number | undefined> | undefined {
    if (this.#news.size === 0) return undefined;
    const taken = new Map<number, number | undefined>();
    for (const [index, intervalMs] of this.#news) {
      if (taken.size === limit) break;
      taken.set(index, intervalMs);
      this.#news.delete(index);
    }
    return taken;
  }

  #judge(index: number, known: number | undefined): void {
    const median = this.#regularMedian(index);
    const streak = this.#streak[index] as number;
    if (median === undefined) {
      this.#streak[index] = Math.max(-LONGEST_STREAK, Math.min(streak, 0) - 1);
      if (this.#streak[index] <= -WINDOWS_TO_FORGET && known !== undefined) this.#news.set(index, undefined);
      return;
    }
    const candidate = this.#candidate[index] as number;
    const isSame = streak > 0 && Math.abs(median - candidate) <= TOLERANCE * candidate;
    this.#streak[index] = isSame ? Math.min(LONGEST_STREAK, streak + 1) : 1;
    if (!isSame) this.#candidate[index] = median;
    if ((this.#streak[index] as number) < WINDOWS_TO_LEARN) return;
    if (known === undefined || Math.abs(median - known) > CLEARLY_DIFFERENT * known) {
      this.#news.set(index, rounded(median));
    }
  }

  /** The median of a full window, ms; undefined where its steps have no one length. */
  #regularMedian(index: number): number | undefined {
    const window = this.#window;
    let sum = 0;
    for (let i = 0; i < STEPS; i++) {
      const step = this.#steps[index * STEPS + i] as number;
      window[i] = step;
      sum += step;
    }
    window.sort();
    const median = ((window[STEPS / 2 - 1] as number) + (window[STEPS / 2] as number)) / 2;
    let regular = 0;
    for (let i = 0; i < STEPS; i++) {
      if (Math.abs((window[i] as number) - median) <= TOLERANCE * median) regular++;
    }
    return regular >= REGULAR_STEPS && sum <= MAX_STRETCH * STEPS * median ? median : undefined;
  }

  #grow(least: number): void {
    const capacity = Math.max(1024, least, this.#capacity * 2);
    const steps = new Float32Array(capacity * STEPS);
    steps.set(this.#steps);
    this.#steps = steps;
    const next = new Uint8Array(capacity);
    next.set(this.#next);
    this.#next = next;
    const candidate = new Float32Array(capacity);
    candidate.set(this.#candidate);
    this.#candidate = candidate;
    const streak = new Int8Array(capacity);
    streak.set(this.#streak);
    this.#streak = streak;
    this.#capacity = capacity;
  }
}

/** To two digits: 998 ms is a second. */
function rounded(ms: number): number {
  const digit = 10 ** (Math.floor(Math.log10(ms)) - 1);
  return digit < 1 ? Math.round(ms) : Math.round(ms / digit) * digit;
}
