import { expect, test } from 'vitest';
import { judgeLimits, type Limit } from './limits.ts';
import { PRIORITIES, priorityOf, rankOf } from './priority.ts';

const limits: Limit[] = [
  { side: 'above', value: 10, priority: 'low' },
  { side: 'above', value: 20, priority: 'urgent' },
  { side: 'below', value: 0, priority: 'medium' },
];

test.each([
  [5, 0],
  [9.999, 0],
  [10, 1],
  [19.999, 1],
  [20, 4],
  [Number.POSITIVE_INFINITY, 4],
  [0, 2],
  [-1, 2],
  [Number.NaN, 0],
])('%s reaches priority %s: the worst limit wins, and a limit is reached at its value', (value, rank) => {
  expect(judgeLimits(value, limits)).toBe(rank);
});

test('without limits nothing is abnormal', () => {
  expect(judgeLimits(1e9, undefined)).toBe(0);
  expect(judgeLimits(1e9, [])).toBe(0);
});

test('priority and rank say the same', () => {
  expect(PRIORITIES.map(rankOf)).toEqual([1, 2, 3, 4]);
  for (const priority of PRIORITIES) expect(priorityOf(rankOf(priority))).toBe(priority);
  expect(priorityOf(0)).toBeUndefined();
});
