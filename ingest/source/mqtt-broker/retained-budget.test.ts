import { expect, test } from 'vitest';
import { RetainedBudget } from './retained-budget.ts';

test('so many topics and no more, until one is given back', () => {
  const budget = new RetainedBudget(2, 1_000);
  expect([budget.take('a', 1), budget.take('b', 1), budget.take('c', 1)]).toEqual([true, true, false]);
  expect([budget.take('a', 0), budget.take('c', 1)]).toEqual([true, true]);
});

test('so many bytes and no more; a topic that is replaced counts once', () => {
  const budget = new RetainedBudget(100, 10);
  expect([budget.take('a', 8), budget.take('a', 9), budget.take('b', 1)]).toEqual([true, true, false]);
  expect([budget.take('a', 7), budget.take('b', 1), budget.take('a', 8)]).toEqual([true, true, false]);
  expect([budget.topics, budget.bytes]).toEqual([2, 10]);
});

test('what was never retained gives nothing back', () => {
  const budget = new RetainedBudget(1, 10);
  expect([budget.take('x', 0), budget.take('a', 9), budget.take('b', 1)]).toEqual([true, true, false]);
});

test('a topic counts with its bytes, so that long topics with short payloads are bounded too', () => {
  const budget = new RetainedBudget(100, 10);
  expect([budget.take('城市城市', 1), budget.take('城市城', 1)]).toEqual([false, true]);
});
