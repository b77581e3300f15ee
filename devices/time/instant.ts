/**
 * An instant inside Yiping is epoch milliseconds UTC as a Float64, fractions down to the microsecond kept
 * (a double holds 2026 to a quarter of a microsecond).
 */

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/;

/** Sensible bounds of a source time: 1970-01-01 to 2200-01-01. */
const MAX_INSTANT = Date.UTC(2200, 0, 1);

/**
 * RFC 3339 text or epoch milliseconds → instant. Undefined for anything else: no zone, out of range, not finite.
 * Fractions finer than a microsecond are cut.
 */
export function parseInstant(given: unknown): number | undefined {
  if (typeof given === 'number') {
    return Number.isFinite(given) && given >= 0 && given < MAX_INSTANT ? given : undefined;
  }
  if (typeof given !== 'string') return undefined;
  const match = RFC3339.exec(given);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const whole = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const read = new Date(whole);
  if (read.getUTCMonth() !== Number(month) - 1 || read.getUTCDate() !== Number(day)) return undefined;
  const offsetMs = zoneOffsetMs(zone);
  if (offsetMs === undefined) return undefined;
  const instant = whole + Number(fraction.padEnd(6, '0').slice(0, 6)) / 1000 - offsetMs;
  return instant >= 0 && instant < MAX_INSTANT ? instant : undefined;
}

/** RFC 3339 UTC with as many decimals as the instant needs: milliseconds, or microseconds where there are some. */
export function formatInstant(instant: number): string {
  const wholeMs = Math.floor(instant);
  const text = new Date(wholeMs).toISOString();
  const micros = Math.round((instant - wholeMs) * 1000);
  if (micros === 0) return text;
  if (micros === 1000) return new Date(wholeMs + 1).toISOString();
  return `${text.slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}

function zoneOffsetMs(zone: string): number | undefined {
  if (zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
