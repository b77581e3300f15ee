import { expect, test } from 'vitest';
import { RetainedBudget } from './retained-budget.ts';

test('so many topics and no more, until one is given back', () => {
  const budget = new RetainedBudget(2, 1_000);
  expect([budget.take('a', 1), budget.take('b', 1), budget.take('c', 1)]).toEqual([true, true, false]);
  expect([budget.take('a', 0), budget.take('c', 1)]).toEqual([true, true]);
});

test('so many bytes and no more; a topic that is replaced counts once', () => {
  const budget = new RetainedBudget(100, 10);
  expect([budget.take('a', 8), budget.take('a', 10), budget.take('b', 1)]).toEqual([true, true, false]);
  expect([budget.take('a', 9), budget.take('b', 1), budget.take('a', 10)]).toEqual([true, true, false]);
});

test('what was never retained gives nothing back', () => {
  const budget = new RetainedBudget(1, 10);
  expect([budget.take('x', 0), budget.take('a', 10), budget.take('b', 1)]).toEqual([true, true, false]);
});
