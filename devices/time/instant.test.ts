import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatInstant, parseInstant } from './instant.ts';

const T = Date.UTC(2026, 0, 31, 8, 0, 0);

describe('an instant is read from', () => {
  test.each([
    ['2026-01-31T08:00:00Z', T],
    ['2026-01-31t08:00:00z', T],
    ['2026-01-31 08:00:00Z', T],
    ['2026-01-31T16:00:00+08:00', T],
    ['2026-01-31T02:30:00-05:30', T],
    ['2026-01-31T08:00:00.5Z', T + 500],
    ['2026-01-31T08:00:00.123456Z', T + 123.456],
    ['2026-01-31T08:00:00.123456789Z', T + 123.456],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['1970-01-01T00:00:00Z', 0],
    [T, T],
    [T + 0.25, T + 0.25],
    [0, 0],
  ])('%s', (given, instant) => {
    expect(parseInstant(given)).toBe(instant);
  });

  test.each([
    '2026-01-31T08:00:00',
    '2026-01-31',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T08:60:00Z',
    '2026-01-31T08:00:60Z',
    '2026-01-31T08:00:00+24:00',
    '2026-01-31T08:00:00+0800',
    '1969-12-31T23:59:59Z',
    '2200-01-01T00:00:00Z',
    '1769846400000',
    'yesterday',
    '',
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Date.UTC(2200, 0, 1),
    null,
    undefined,
    true,
    {},
    [],
  ])('nothing like %s', (given) => {
    expect(parseInstant(given)).toBeUndefined();
  });
});

test('an instant of whole microseconds reads back as it was written', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(2199, 11, 31) }), fc.integer({ min: 0, max: 999 }), (ms, micros) => {
      const instant = ms + micros / 1000;
      expect(parseInstant(formatInstant(instant))).toBeCloseTo(instant, 3);
      expect(Math.round((parseInstant(formatInstant(instant)) as number) * 1000)).toBe(Math.round(instant * 1000));
    }),
  );
});

test('microseconds are written only where there are some', () => {
  expect(formatInstant(T)).toBe('2026-01-31T08:00:00.000Z');
  expect(formatInstant(T + 0.001)).toBe('2026-01-31T08:00:00.000001Z');
  expect(formatInstant(T + 0.9996)).toBe('2026-01-31T08:00:00.001Z');
});
