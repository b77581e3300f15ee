const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Wall clock of a time zone. */
export interface LocalTime {
  /** 0 ≤ hour < 24, with fractions. */
  readonly hour: number;
  /** Days since 1970-01-01 on the local calendar. */
  readonly day: number;
  readonly weekend: boolean;
}

/**
 * The local clock of an IANA time zone. The zone's offset is looked up once per UTC hour: offsets change on the hour
 * or, in a few zones, on the quarter; a demo can bear a quarter of an hour there.
 */
export class LocalClock {
  readonly #format: Intl.DateTimeFormat;
  #offsetHour = Number.NaN;
  #offsetMs = 0;

  /** @throws {RangeError} where `timeZone` is not an IANA name. */
  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  }

  /** `time` in epoch ms UTC. */
  at(time: number): LocalTime {
    const utcHour = Math.floor(time / HOUR_MS);
    if (utcHour !== this.#offsetHour) {
      this.#offsetHour = utcHour;
      this.#offsetMs = this.#lookUp(utcHour * HOUR_MS);
    }
    const local = time + this.#offsetMs;
    const day = Math.floor(local / DAY_MS);
    // 1970-01-01 was a Thursday.
    const weekday = (day + 4) % 7;
    return { hour: (local - day * DAY_MS) / HOUR_MS, day, weekend: weekday === 0 || weekday === 6 };
  }

  #lookUp(time: number): number {
    const parts = Object.fromEntries(this.#format.formatToParts(time).map((part) => [part.type, Number(part.value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - time;
  }
}
