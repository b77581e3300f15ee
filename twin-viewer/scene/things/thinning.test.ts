import fc from 'fast-check';
import { expect, test } from 'vitest';
import { thinningSpacing } from './thinning.ts';

/** Tenths of a metre: cells are nested exactly. */
const metres = fc.integer({ min: -90_000, max: 90_000 }).map((tenths) => tenths / 10);
const city = fc.array(fc.tuple(metres, metres), { minLength: 1, maxLength: 60 });

function spacing(points: readonly (readonly [number, number])[], keep = new Uint8Array(points.length).fill(1)) {
  return thinningSpacing(Float64Array.from(points.flat()), points.length, 2, keep);
}

test('of the points thinned to a grid no two are in the same cell', () => {
  fc.assert(
    fc.property(city, (points) => {
      const room = spacing(points);
      for (const cell of [6, 48, 384, 3072]) {
        const kept = points.filter((_, i) => (room[i] as number) >= cell);
        const cells = new Set(kept.map(([x, y]) => `${Math.floor(x / cell)} ${Math.floor(y / cell)}`));
        expect(cells.size).toBe(kept.length);
      }
    }),
  );
});

test('every cell that has points keeps one of them', () => {
  fc.assert(
    fc.property(city, (points) => {
      const room = spacing(points);
      for (const cell of [6, 96, 1536]) {
        const key = ([x, y]: readonly [number, number]) => `${Math.floor(x / cell)} ${Math.floor(y / cell)}`;
        const kept = new Set(points.filter((_, i) => (room[i] as number) >= cell).map(key));
        expect(kept).toEqual(new Set(points.map(key)));
      }
    }),
  );
});

test('a hidden point takes no room from the others', () => {
  const points = [
    [0, 0],
    [1, 1],
  ] as const;
  expect(spacing(points, Uint8Array.of(0, 1))[0]).toBe(0);
  expect(spacing(points, Uint8Array.of(0, 1))[1]).toBeGreaterThan(10_000);
  expect(spacing(points, Uint8Array.of(1, 0))[0]).toBeGreaterThan(10_000);
});
