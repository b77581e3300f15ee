/** How many are kept of each source; older ones are only counted. */
const KEPT_GAPS = 32;

/** A silence longer than a datastream's readings may be apart, found when the next reading came. */
export interface Gap {
  /** Order times of the readings before and after it, epoch ms. */
  readonly from: number;
  readonly to: number;
  /** One of the datastreams that were silent. */
  readonly index: number;
  /** How many were, at the same time. */
  readonly datastreams: number;
  /** Readings that should have come in it, by the expected intervals. */
  readonly missing: number;
  /** How many of them came late. */
  readonly filled: number;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The newest gaps of one source. What many datastreams miss at the same time is one gap. */
export class GapLog {
  readonly #gaps: Writable<Gap>[] = [];
  #total = 0;

  /** Gaps since the source was first heard. */
  get total(): number {
    return this.#total;
  }

  /** Newest last. */
  get newest(): readonly Gap[] {
    return this.#gaps;
  }

  /** Takes a gap; those whose ends are within `sameMs` of each other's are one. Whether it is a new one. */
  note(index: number, from: number, to: number, missing: number, sameMs: number): boolean {
    for (let i = this.#gaps.length - 1; i >= 0; i--) {
      const gap = this.#gaps[i] as Writable<Gap>;
      if (gap.index === index || Math.abs(gap.from - from) > sameMs || Math.abs(gap.to - to) > sameMs) continue;
      gap.from = Math.min(gap.from, from);
      gap.to = Math.max(gap.to, to);
      gap.datastreams++;
      gap.missing += missing;
      return false;
    }
    this.#total++;
    this.#gaps.push({ from, to, index, datastreams: 1, missing, filled: 0 });
    if (this.#gaps.length > KEPT_GAPS) this.#gaps.shift();
    return true;
  }

  /** A reading came that lies before the newest one: it may belong into a gap. */
  fill(time: number): void {
    for (let i = this.#gaps.length - 1; i >= 0; i--) {
      const gap = this.#gaps[i] as Writable<Gap>;
      if (time <= gap.from || time >= gap.to) continue;
      gap.filled++;
      return;
    }
  }
}
