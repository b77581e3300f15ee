import { expect, test } from 'vitest';
import { formatRetention, parseRetention, type RetentionPolicy } from './retention-policy.ts';

const DAY_MS = 86_400_000;
const FOREVER = Number.POSITIVE_INFINITY;

test('nothing said: observations and coarse rollups for ever, the fine rollup for a week', () => {
  expect(parseRetention('')).toEqual({
    observationsMs: FOREVER,
    propertiesMs: new Map(),
    rollupsMs: new Map([
      ['rollup-10s', 7 * DAY_MS],
      ['rollup-60s', FOREVER],
      ['rollup-600s', FOREVER],
    ]),
  });
});

test('a length alone is for all observations, with a property for its own, with a rollup for that one', () => {
  expect(parseRetention('30d, pm25=52w,rollups=5y,rollup-10s=12h')).toEqual({
    observationsMs: 30 * DAY_MS,
    propertiesMs: new Map([['pm25', 364 * DAY_MS]]),
    rollupsMs: new Map([
      ['rollup-10s', DAY_MS / 2],
      ['rollup-60s', 1825 * DAY_MS],
      ['rollup-600s', 1825 * DAY_MS],
    ]),
  });
  expect(parseRetention('30d,pm25=forever')?.propertiesMs.get('pm25')).toBe(FOREVER);
});

test('what is no rule, or a second one for the same, is refused', () => {
  for (const wrong of ['30', '0d', '30m', 'pm25=', '=30d', '30d,10d', 'pm25=1d,pm25=2d', 'pm25:1d', 'a/b=1d']) {
    expect(parseRetention(wrong), wrong).toBeUndefined();
  }
});

test('a policy is shown as rules that mean the same', () => {
  for (const text of ['', '30d,pm25=52w,rollups=5y,rollup-10s=12h', '1h,a=forever']) {
    const policy = parseRetention(text) as RetentionPolicy;
    expect(parseRetention(formatRetention(policy))).toEqual(policy);
  }
});
