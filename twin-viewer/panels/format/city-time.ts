import type { Language } from '#devices/model/localized-text.ts';

/** Instants as the clocks of the city show them, wherever the screen hangs. */
export interface CityTime {
  /** `14:32:07` */
  clock(instant: number): string;
  /** `14:32` */
  minute(instant: number): string;
  /** `2026-11-23 周一` */
  date(instant: number): string;
  /** `2026-11-23 14:32:03.214 +05:00` */
  full(instant: number): string;
  /** `UTC+5` */
  zone(instant: number): string;
}

/** @throws {RangeError} where `timeZone` is no IANA zone this browser knows. */
export function cityTime(timeZone: string, language: Language): CityTime {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const weekday = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', { timeZone, weekday: 'short' });
  const of = (instant: number) => {
    const found: Record<string, string> = {};
    for (const { type, value } of parts.formatToParts(instant)) found[type] = value;
    return found as Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', string>;
  };
  const day = (instant: number) => {
    const { year, month, day: date } = of(instant);
    return `${year}-${month}-${date}`;
  };
  const clock = (instant: number) => {
    const { hour, minute, second } = of(instant);
    return `${hour}:${minute}:${second}`;
  };
  const offsetMinutes = (instant: number) => {
    const { year, month, day: date, hour, minute, second } = of(instant);
    const local = Date.UTC(+year, +month - 1, +date, +hour, +minute, +second);
    return Math.round((local - Math.floor(instant / 1000) * 1000) / 60_000);
  };
  return {
    clock,
    minute: (instant) => clock(instant).slice(0, 5),
    date: (instant) => `${day(instant)} ${weekday.format(instant)}`,
    full(instant) {
      const ms = String(Math.floor(instant) % 1000).padStart(3, '0');
      return `${day(instant)} ${clock(instant)}.${ms} ${offsetText(offsetMinutes(instant))}`;
    },
    zone(instant) {
      const minutes = offsetMinutes(instant);
      const rest = Math.abs(minutes) % 60;
      const hours = Math.trunc(Math.abs(minutes) / 60);
      return `UTC${minutes < 0 ? '−' : '+'}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
    },
  };
}

function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${minutes < 0 ? '−' : '+'}${two(Math.trunc(size / 60))}:${two(size % 60)}`;
}
