/** Two half windows: what is shown covers five to ten minutes before the last reading. */
const HALF_MS = 300_000;
/** Buckets per doubling of the delay: a bucket is 19 % wide, so a percentile is at most 9 % off. */
const PER_OCTAVE = 4;
/** 1 ms to 37 h; what is longer counts in the last bucket. */
const OCTAVES = 27;
const SIDE = PER_OCTAVE * OCTAVES;
/** From the longest negative delay over 0 (less than 1 ms) to the longest positive one. */
const BUCKETS = 2 * SIDE + 1;

export interface DelayQuantiles {
  /** ms; negative where the source's times are ahead of ours. */
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  /** How many readings it stands on. */
  readonly count: number;
}

/**
 * How long readings were on their way (received − source time), as a histogram over a sliding window: logarithmic
 * buckets on both sides of 0, because a wrong clock makes delays negative. 1.8 KB; no allocation per reading.
 */
export class RecentDelays {
  #now = new Uint32Array(BUCKETS);
  #before = new Uint32Array(BUCKETS);
  #nowCount = 0;
  #beforeCount = 0;
  #nowMax = Number.NEGATIVE_INFINITY;
  #beforeMax = Number.NEGATIVE_INFINITY;
  #halfStart = Number.NEGATIVE_INFINITY;

  note(delayMs: number, receivedTime: number): void {
    if (receivedTime - this.#halfStart >= HALF_MS) this.#turn(receivedTime);
    const bucket = bucketOf(delayMs);
    this.#now[bucket] = (this.#now[bucket] as number) + 1;
    this.#nowCount++;
    if (delayMs > this.#nowMax) this.#nowMax = delayMs;
  }

  /** Of the window that ends with the last reading; undefined before the first. */
  quantiles(): DelayQuantiles | undefined {
    const count = this.#nowCount + this.#beforeCount;
    if (count === 0) return undefined;
    const max = Math.max(this.#nowMax, this.#beforeMax);
    return { p50: this.#quantile(0.5, count, max), p95: this.#quantile(0.95, count, max), max, count };
  }

  #quantile(share: number, count: number, max: number): number {
    const rank = Math.ceil(share * count);
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += (this.#now[bucket] as number) + (this.#before[bucket] as number);
      if (seen >= rank) return Math.min(middleOf(bucket), max);
    }
    return max;
  }

  #turn(receivedTime: number): void {
    const isRecent = receivedTime - this.#halfStart < 2 * HALF_MS;
    const spare = this.#before;
    this.#before = this.#now;
    this.#beforeCount = this.#nowCount;
    this.#beforeMax = this.#nowMax;
    this.#now = spare.fill(0);
    this.#nowCount = 0;
    this.#nowMax = Number.NEGATIVE_INFINITY;
    this.#halfStart = receivedTime;
    if (isRecent) return;
    this.#before.fill(0);
    this.#beforeCount = 0;
    this.#beforeMax = Number.NEGATIVE_INFINITY;
  }
}

function bucketOf(delayMs: number): number {
  const size = Math.abs(delayMs);
  if (!(size >= 1)) return SIDE;
  const step = Math.min(SIDE, 1 + Math.floor(Math.log2(size) * PER_OCTAVE));
  return delayMs > 0 ? SIDE + step : SIDE - step;
}

/** The geometric middle of a bucket, ms. */
function middleOf(bucket: number): number {
  const step = Math.abs(bucket - SIDE);
  if (step === 0) return 0;
  const size = 2 ** ((step - 0.5) / PER_OCTAVE);
  return bucket > SIDE ? size : -size;
}
