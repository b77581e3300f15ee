import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IntervalLearner } from './interval-learner.ts';

/** A repeatable stream of numbers in [0, 1) (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What one datastream is taken to send like after these steps, and everything that was told on the way. */
function learn(steps: Iterable<number>, learner = new IntervalLearner(), index = 0) {
  const told: (number | undefined)[] = [];
  let known: number | undefined;
  for (const step of steps) {
    learner.note(index, step, known);
    const news = learner.takeNews(10);
    if (news === undefined) continue;
    known = news.get(index);
    told.push(known);
  }
  return { told, known };
}

const repeat = (step: number, times: number) => Array.from({ length: times }, () => step);

describe('an interval is learnt', () => {
  test('from seventeen readings, told once and rounded', () => {
    expect(learn(repeat(998, 15)).told).toEqual([]);
    expect(learn(repeat(998, 16)).told).toEqual([1_000]);
    expect(learn(repeat(998, 10_000)).told).toEqual([1_000]);
    expect(learn(repeat(899_400, 16)).known).toBe(900_000);
  });

  test('and stays through jitter, lost readings, and one long pause', () => {
    const next = chance(1);
    const steps = Array.from({ length: 5_000 }, () => {
      const lost = next() < 0.03 ? 1 : 0;
      return 10_000 * (1 + lost) + (next() - 0.5) * 1_000;
    });
    steps.splice(2_000, 0, 6 * 3_600_000);
    const { told } = learn(steps);
    expect(told).toHaveLength(1);
    expect(told[0]).toBeGreaterThan(9_500);
    expect(told[0]).toBeLessThan(10_500);
  });

  test('is changed when it is clearly another one, and not for a little', () => {
    expect(learn([...repeat(10_000, 100), ...repeat(11_000, 100)]).told).toEqual([10_000]);
    expect(learn([...repeat(10_000, 100), ...repeat(60_000, 100)]).told).toEqual([10_000, 60_000]);
  });
});

describe('nothing is learnt', () => {
  test('of a datastream that sends when something happens', () => {
    for (let seed = 0; seed < 20; seed++) {
      const next = chance(seed);
      const { told } = learn(Array.from({ length: 50_000 }, () => 20 - Math.log(1 - next()) * 60_000));
      expect(told).toEqual([]);
    }
  });

  test('of bursts with pauses between them', () => {
    const burst = [...repeat(50, 9), 60_000];
    expect(learn(Array.from({ length: 200 }, () => burst).flat()).told).toEqual([]);
  });

  test('any more when the interval is no longer kept', () => {
    const next = chance(7);
    const events = Array.from({ length: 200 }, () => 1_000 - Math.log(1 - next()) * 60_000);
    expect(learn([...repeat(1_000, 50), ...events]).told).toEqual([1_000, undefined]);
  });
});

test('what is found of one datastream is nothing to another, however many there are', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(20_000), { minLength: 1, maxLength: 20 }), (indexes) => {
      const learner = new IntervalLearner();
      for (let i = 0; i < 16; i++)
        for (const [n, index] of indexes.entries()) learner.note(index, 1_000 * (n + 1), undefined);
      expect(learner.takeNews(100)).toEqual(new Map(indexes.map((index, n) => [index, 1_000 * (n + 1)])));
    }),
  );
});

test('no more is told at once than was asked for', () => {
  const learner = new IntervalLearner();
  for (let i = 0; i < 16; i++) for (let index = 0; index < 10; index++) learner.note(index, 1_000, undefined);
  expect([learner.takeNews(7)?.size, learner.takeNews(7)?.size, learner.takeNews(7)]).toEqual([7, 3, undefined]);
});
