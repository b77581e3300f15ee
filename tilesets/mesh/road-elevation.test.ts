import { expect, test } from 'vitest';
import type { Point } from './plane.ts';
import { raiseWays } from './road-elevation.ts';

const road = (...line: Point[]) => ({ line, deck: 0 });
const bridge = (deck: number, ...line: Point[]) => ({ line, deck });
const heights = (line: readonly (readonly number[])[] | undefined) => line?.map(([, , height]) => height);

test('A road without a bridge lies on the ground', () => {
  expect(heights(raiseWays([road([0, 0], [500, 0], [900, 100])])[0])).toEqual([0, 0, 0]);
});

test('A bridge stands at its deck from end to end, and the roads before it climb at 5.5 %', () => {
  const [west, deck, east] = raiseWays([
    road([-300, 0], [0, 0]),
    bridge(5.5, [0, 0], [60, 0]),
    road([60, 0], [360, 0]),
  ]);
  expect(new Set(heights(deck))).toEqual(new Set([5.5]));
  expect(west?.at(-1)).toEqual([0, 0, 5.5]);
  expect(west?.[0]).toEqual([-300, 0, 0]);
  expect(east?.[0]).toEqual([60, 0, 5.5]);
  for (const [x, , height] of east ?? []) expect(height).toBeCloseTo(Math.max(0, 5.5 - (x - 60) * 0.055), 6);
});

test('What crosses below without a shared point stays on the ground', () => {
  const [, below] = raiseWays([bridge(5.5, [0, 0], [60, 0]), road([30, -200], [30, 200])]);
  expect(heights(below)).toEqual([0, 0]);
});

test('A flyover of several ways stays up over all of them', () => {
  const ways = raiseWays([bridge(5.5, [0, 0], [60, 0]), bridge(11, [60, 0], [90, 0]), bridge(5.5, [90, 0], [150, 0])]);
  expect(Math.min(...ways.flatMap((way) => heights(way) as number[]))).toBe(5.5);
});

test('Ways that share a point meet at one height', () => {
  const [first, second] = raiseWays([road([0, 0], [40, 0]), road([40, 0], [40, 300]), bridge(5.5, [0, 0], [-60, 0])]);
  expect(first?.at(-1)?.[2]).toBeCloseTo(5.5 - 40 * 0.055, 9);
  expect(second?.[0]?.[2]).toBe(first?.at(-1)?.[2]);
});
