import { createStore } from 'zustand/vanilla';
import type { Clock } from '#devices/time/clock.ts';
import type { TimeRange } from '#devices/time/time-range.ts';
import type { TimelineJson } from '#devices/wire/api.ts';

export const BIN_MS = 15_000;
export const HOUR_BINS = 240;
const REFRESH_MS = 10_000;
/** Bins asked for again at each refresh: late data may still fall into them. */
const REFRESH_BINS = 8;

export type TimelineEvent = TimelineJson['events'][number];

export interface TimelineState {
  /** Start of the first bin, a multiple of BIN_MS, epoch ms. */
  readonly from: number;
  /** Observations per bin of BIN_MS. */
  readonly counts: readonly number[];
  /** Crossings of limits upwards, oldest first. */
  readonly events: readonly TimelineEvent[];
  readonly isLoaded: boolean;
  /** Why the newest request failed; what is here is older. */
  readonly failure: string | undefined;
}

export type FetchTimeline = (range: TimeRange, bins: number, signal: AbortSignal) => Promise<TimelineJson>;

/** The last hour in bins: fetched whole once, then only its newest end. */
export class TimelineStore {
  readonly store = createStore<TimelineState>(() => ({
    from: 0,
    counts: [],
    events: [],
    isLoaded: false,
    failure: undefined,
  }));
  readonly #fetch: FetchTimeline;
  readonly #now: () => number;
  #busy = false;

  constructor(fetch: FetchTimeline, now: () => number) {
    this.#fetch = fetch;
    this.#now = now;
  }

  start(clock: Clock, signal: AbortSignal): void {
    const stop = clock.every(REFRESH_MS, () => void this.refresh(signal));
    signal.addEventListener('abort', stop);
    void this.refresh(signal);
  }

  /** Asks for what is new; one request at a time. */
  async refresh(signal: AbortSignal): Promise<void> {
    if (this.#busy || signal.aborted) return;
    this.#busy = true;
    const to = (Math.floor(this.#now() / BIN_MS) + 1) * BIN_MS;
    const known = this.store.getState();
    const knownTo = known.from + known.counts.length * BIN_MS;
    const missing = known.isLoaded ? Math.round((to - knownTo) / BIN_MS) + REFRESH_BINS : HOUR_BINS + 1;
    const bins = Math.min(HOUR_BINS + 1, Math.max(1, missing));
    try {
      const answer = await this.#fetch({ from: to - bins * BIN_MS, to }, bins, signal);
      this.store.setState(merged(known, answer, to));
    } catch (error) {
      if (!signal.aborted) this.store.setState({ failure: error instanceof Error ? error.message : String(error) });
    } finally {
      this.#busy = false;
    }
  }
}

function merged(known: TimelineState, answer: TimelineJson, to: number): TimelineState {
  const from = to - (HOUR_BINS + 1) * BIN_MS;
  const counts = Array.from({ length: HOUR_BINS + 1 }, (_, bin) => {
    const time = from + bin * BIN_MS;
    const fresh = answer.counts[Math.round((time - answer.from) / BIN_MS)];
    return fresh ?? known.counts[Math.round((time - known.from) / BIN_MS)] ?? 0;
  });
  const old = known.events.filter(({ time }) => time >= from && time < answer.from);
  return { from, counts, events: [...old, ...answer.events], isLoaded: true, failure: undefined };
}
