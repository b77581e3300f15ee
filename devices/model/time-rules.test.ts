import { expect, test } from 'vitest';
import { orderTime } from './order-time.ts';
import { expectedIntervalMs, staleAfterMs } from './staleness.ts';

test.each([
  [100_000, 100_000, 100_000],
  [0, 100_000, 0],
  [105_000, 100_000, 105_000],
  [105_000.001, 100_000, 100_000],
  [9e12, 100_000, 100_000],
])('sent %s, received %s: ordered by %s', (sent, received, order) => {
  expect(orderTime(sent, received)).toBe(order);
});

test.each([
  [1_000, 10_000],
  [5_000, 15_000],
  [undefined, Number.POSITIVE_INFINITY],
])('a reading expected every %s ms is stale after %s ms', (intervalMs, staleMs) => {
  expect(staleAfterMs(intervalMs)).toBe(staleMs);
});

test('a declared interval counts before a learnt one', () => {
  expect(expectedIntervalMs({ intervalMs: 5_000, learntIntervalMs: 1_000 })).toBe(5_000);
  expect(expectedIntervalMs({ learntIntervalMs: 1_000 })).toBe(1_000);
  expect(expectedIntervalMs({})).toBeUndefined();
});
