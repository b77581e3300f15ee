import { expect, test } from 'vitest';
import { multiplied, ScreenPositions } from './screen-positions.ts';

const LENS = { fovY: Math.PI / 2, width: 200, height: 100 };
/** A camera at the origin that looks north, 90° high, 200×100: clip x = east × ½, y = up, w = north. */
// biome-ignore format: columns
const NORTHWARD = Float64Array.of(
  0.5, 0, 0, 0,
  0, 0, 1, 1,
  0, 1, 0, 0,
  0, 0, 0, 0,
);

function project(...points: number[][]) {
  const screen = new ScreenPositions();
  screen.project(Float64Array.from(points.flat()), points.length, NORTHWARD, LENS);
  return points.map((_, i) => ({ x: screen.x[i], y: screen.y[i], depth: screen.depth[i] }));
}

test('what is straight ahead is in the middle, at its distance', () => {
  expect(project([0, 10, 0])).toEqual([{ x: 100, y: 50, depth: 10 }]);
});

test('east is right and up is up', () => {
  expect(project([10, 10, 0], [0, 10, 5])).toEqual([
    { x: 150, y: 50, depth: 10 },
    { x: 100, y: 25, depth: 10 },
  ]);
});

test('what is behind the eye or beside the picture has no depth', () => {
  expect(project([0, -10, 0], [100, 10, 0]).map((p) => p.depth)).toEqual([0, 0]);
});

test('a product of matrices does what its factors do one after the other', () => {
  const move = Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 5, 0, 1);
  const both = multiplied(NORTHWARD, move, new Float64Array(16));
  const screen = new ScreenPositions();
  screen.project(Float64Array.of(0, 5, 0), 1, both, LENS);
  expect(screen.depth[0]).toBe(10);
});
