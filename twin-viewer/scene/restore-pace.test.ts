import { describe, expect, test } from 'vitest';
import { CALM_MS, FIRST_WAIT_MS, LONGEST_WAIT_MS, RestorePace } from './restore-pace.ts';

describe('a lost drawing context', () => {
  test('is replaced soon, and ever more slowly while it does not hold', () => {
    const pace = new RestorePace();
    let now = 0;
    const waits = Array.from({ length: 9 }, () => {
      const wait = pace.wait(now);
      now += wait;
      return wait;
    });
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, LONGEST_WAIT_MS, LONGEST_WAIT_MS, LONGEST_WAIT_MS]);
  });

  test('that comes after a calm minute is replaced as soon as the first', () => {
    const pace = new RestorePace();
    expect(pace.wait(0)).toBe(FIRST_WAIT_MS);
    expect(pace.wait(FIRST_WAIT_MS + CALM_MS)).toBe(2 * FIRST_WAIT_MS);
    expect(pace.wait(3 * FIRST_WAIT_MS + 2 * CALM_MS + 1)).toBe(FIRST_WAIT_MS);
  });
});
