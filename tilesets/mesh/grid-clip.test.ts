import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Corner, cutByGrid } from './grid-clip.ts';
import { signedArea } from './plane.ts';

const CELL = 50;
const coordinate = fc.double({ min: -220, max: 220, noNaN: true });
/** Counter-clockwise, height and blend linear in the place. */
const triangle = fc
  .tuple(coordinate, coordinate, coordinate, coordinate, coordinate, coordinate)
  .map(([a, b, c, d, e, f]) =>
    [
      [a, b],
      [c, d],
      [e, f],
    ].map(([x, y]): Corner => [x as number, y as number, planeAt(x as number, y as number), 0.5]),
  )
  .map((corners) => (areaOf(corners) < 0 ? corners.toReversed() : corners))
  .filter((corners) => areaOf(corners) > 1);

const planeAt = (x: number, y: number) => 3 + x / 100 - y / 200;
const areaOf = (shape: readonly Corner[]) => signedArea(shape.map(([x, y]) => [x, y] as const));

function cut(shape: readonly Corner[]) {
  const pieces: { shape: readonly Corner[]; column: number; row: number }[] = [];
  cutByGrid(shape, CELL, (piece, column, row) => pieces.push({ shape: piece, column, row }));
  return pieces;
}

test('The pieces have the area of the whole', () => {
  fc.assert(
    fc.property(triangle, (whole) => {
      const area = cut(whole).reduce((sum, { shape }) => sum + areaOf(shape), 0);
      expect(area).toBeCloseTo(areaOf(whole), 6);
    }),
  );
});

test('Each piece lies in its cell and turns as the whole', () => {
  fc.assert(
    fc.property(triangle, (whole) => {
      for (const { shape, column, row } of cut(whole)) {
        expect(areaOf(shape)).toBeGreaterThan(-1e-9);
        for (const [x, y] of shape) {
          expect(x).toBeGreaterThanOrEqual(column * CELL - 1e-9);
          expect(x).toBeLessThanOrEqual((column + 1) * CELL + 1e-9);
          expect(y).toBeGreaterThanOrEqual(row * CELL - 1e-9);
          expect(y).toBeLessThanOrEqual((row + 1) * CELL + 1e-9);
        }
      }
    }),
  );
});

test('A slope stays the same slope', () => {
  fc.assert(
    fc.property(triangle, (whole) => {
      for (const { shape } of cut(whole)) {
        for (const [x, y, height, blend] of shape) {
          expect(height).toBeCloseTo(planeAt(x, y), 6);
          expect(blend).toBeCloseTo(0.5, 9);
        }
      }
    }),
  );
});
