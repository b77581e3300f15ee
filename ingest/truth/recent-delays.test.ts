import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecentDelays } from './recent-delays.ts';
import { RecentRate } from './recent-rate.ts';

const MINUTE = 60_000;

describe('delays', () => {
  test('a percentile is within 10 % of the real one, or within a millisecond', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -100_000_000, max: 100_000_000 }), { minLength: 1 }), (delays) => {
        const recent = new RecentDelays();
        for (const delay of delays) recent.note(delay, 0);
        const sorted = delays.toSorted((a, b) => a - b);
        const { p50, p95, max, count } = recent.quantiles() ?? { p50: 0, p95: 0, max: 0, count: 0 };
        for (const [found, share] of [[p50, 0.5] as const, [p95, 0.95] as const]) {
          const real = sorted[Math.ceil(share * delays.length) - 1] as number;
          expect(Math.abs(found - real)).toBeLessThanOrEqual(1 + 0.1 * Math.abs(real));
        }
        expect([max, count]).toEqual([sorted.at(-1), delays.length]);
      }),
    );
  });

  test('are those of the last five to ten minutes of sending', () => {
    const recent = new RecentDelays();
    for (let at = 0; at < 20 * MINUTE; at += 1_000) recent.note(at < 10 * MINUTE ? 5_000 : 50, at);
    expect(recent.quantiles()?.max).toBe(50);
    expect(recent.quantiles()?.count).toBeLessThanOrEqual(600);
    recent.note(70, 60 * MINUTE);
    expect(recent.quantiles()).toMatchObject({ max: 70, count: 1 });
  });
});

describe('the rate', () => {
  test('is that of the last minute, and of what there is at the start', () => {
    const rate = new RecentRate();
    for (let at = 0; at <= 10_000; at += 100) rate.note(2, at);
    expect(rate.perSecond(10_000)).toBeCloseTo(20, 0);
    for (let at = 10_000; at < 180_000; at += 1_000) rate.note(1, at);
    expect(rate.perSecond(180_000)).toBeCloseTo(1, 1);
    expect(rate.perSecond(241_000)).toBe(0);
  });
});
