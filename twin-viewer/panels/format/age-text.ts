import type { Translate } from '../i18n/i18n.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** An age in the largest unit that says enough: `0.3 s`, `12 s`, `5 min`, `3 h`, `4 d`. Never negative. */
export function ageText(ageMs: number, t: Translate): string {
  return inWords('age', ageMs, t);
}

/** The same as a moment of the past: `12 s ago`, `12 秒前`. */
export function agoText(ageMs: number, t: Translate): string {
  return inWords('ago', ageMs, t);
}

function inWords(form: 'age' | 'ago', ageMs: number, t: Translate): string {
  const age = Math.max(0, ageMs);
  if (age < 950) return t(`${form}.ms`, { value: (age / 1000).toFixed(1) });
  if (age < MINUTE_MS) return t(`${form}.s`, { value: Math.round(age / 1000) });
  if (age < 2 * HOUR_MS) return t(`${form}.min`, { value: Math.floor(age / MINUTE_MS) });
  if (age < 2 * DAY_MS) return t(`${form}.h`, { value: Math.floor(age / HOUR_MS) });
  return t(`${form}.d`, { value: Math.floor(age / DAY_MS) });
}

/** How long something takes, to two digits or so: `86 ms`, `1.2 s`, `4.5 min`; negative with a minus. */
export function durationText(ms: number): string {
  const size = Math.abs(ms);
  const sign = ms <= -0.5 ? '−' : '';
  if (size < 1000) return `${sign}${Math.round(size)} ms`;
  if (size < 2 * MINUTE_MS) return `${sign}${short(size / 1000)} s`;
  if (size < 2 * HOUR_MS) return `${sign}${short(size / MINUTE_MS)} min`;
  if (size < 2 * DAY_MS) return `${sign}${short(size / HOUR_MS)} h`;
  return `${sign}${short(size / DAY_MS)} d`;
}

/** One digit after the point below ten, where it says something. */
function short(value: number): string {
  return value < 9.95 ? value.toFixed(1).replace('.0', '') : value.toFixed(0);
}

/** A delay to the millisecond: `+86 ms`, `−1.25 s`. */
export function deltaText(deltaMs: number): string {
  const sign = deltaMs <= -0.5 ? '−' : '+';
  const size = Math.abs(deltaMs);
  if (size < 1000) return `${sign}${Math.round(size)} ms`;
  if (size < MINUTE_MS) return `${sign}${(size / 1000).toFixed(2)} s`;
  if (size < 2 * HOUR_MS) return `${sign}${(size / MINUTE_MS).toFixed(1)} min`;
  return `${sign}${(size / HOUR_MS).toFixed(1)} h`;
}
