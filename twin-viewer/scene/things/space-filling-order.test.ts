import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hilbertDistance, spaceFillingOrder } from './space-filling-order.ts';

test('the curve visits every cell once and steps only to a neighbour', () => {
  const side = 16;
  const cells: [number, number][] = [];
  for (let x = 0; x < side; x++) {
    for (let y = 0; y < side; y++) cells[hilbertDistance(x, y, side)] = [x, y];
  }
  expect(cells.filter(() => true)).toHaveLength(side * side);
  for (let i = 1; i < cells.length; i++) {
    const [[ax, ay], [bx, by]] = [cells[i - 1] as [number, number], cells[i] as [number, number]];
    expect(Math.abs(ax - bx) + Math.abs(ay - by)).toBe(1);
  }
});

test('the order has every point exactly once', () => {
  const points = fc.array(
    fc.tuple(fc.double({ noNaN: true, min: -1e5, max: 1e5 }), fc.double({ noNaN: true, min: -1e5, max: 1e5 })),
  );
  fc.assert(
    fc.property(points, (all) => {
      const order = spaceFillingOrder(Float64Array.from(all.flatMap(([x, y]) => [x, y, 0])), all.length, 3);
      expect([...order].sort((a, b) => a - b)).toEqual(all.map((_, i) => i));
    }),
  );
});

test('a quarter of the city is a short range of the buffer', () => {
  const side = 32;
  const xy = new Float64Array(side * side * 2);
  for (let i = 0; i < side * side; i++) xy.set([i % side, Math.floor(i / side)], i * 2);
  const order = spaceFillingOrder(xy, side * side, 2);
  const slots = [...order.keys()].filter((slot) => {
    const point = order[slot] as number;
    return point % side < side / 2 && point < (side * side) / 2;
  });
  expect(Math.max(...slots) - Math.min(...slots) + 1).toBe((side * side) / 4);
});
