import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Corner } from './grid-clip.ts';
import { signedArea } from './plane.ts';
import { type RaisedPoint, ribbon } from './ribbon.ts';

const areaOf = (shape: readonly Corner[]) => signedArea(shape.map(([x, y]) => [x, y] as const));

/** A line of steps at least 30 m long that turns by at most 80° each time. */
const gentleLine = fc
  .array(fc.tuple(fc.double({ min: -1.4, max: 1.4, noNaN: true }), fc.double({ min: 30, max: 90, noNaN: true })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((steps) => {
    let [x, y, heading] = [0, 0, 0];
    const line: RaisedPoint[] = [[0, 0, 1]];
    for (const [turn, length] of steps) {
      heading += turn;
      x += Math.cos(heading) * length;
      y += Math.sin(heading) * length;
      line.push([x, y, 1]);
    }
    return line;
  });

test('A straight ribbon has the area of length times width', () => {
  const shapes = ribbon(
    [
      [0, 0, 0],
      [60, 80, 0],
    ],
    { width: 7, caps: 'flat' },
  );
  expect(shapes).toHaveLength(1);
  expect(areaOf(shapes[0] as Corner[])).toBeCloseTo(700, 9);
});

test('Neighbouring segments share their edge, so that no join is open', () => {
  fc.assert(
    fc.property(gentleLine, (line) => {
      const quads = ribbon(line, { width: 8, caps: 'flat' }).filter((shape) => shape.length === 4);
      for (let i = 1; i < quads.length; i++) {
        expect(quads[i]?.[0]).toEqual(quads[i - 1]?.[1]);
        expect(quads[i]?.[3]).toEqual(quads[i - 1]?.[2]);
      }
    }),
  );
});

test('Every shape turns counter-clockwise and keeps the height of its line', () => {
  fc.assert(
    fc.property(gentleLine, (line) => {
      for (const shape of ribbon(line, { width: 8, caps: 'round' })) {
        expect(areaOf(shape)).toBeGreaterThan(0);
        expect(shape.every(([, , height]) => height === 1)).toBe(true);
      }
    }),
  );
});

test('A hairpin is bevelled: no corner is farther from the line than the mitre limit allows', () => {
  const shapes = ribbon(
    [
      [0, 0, 0],
      [100, 0, 0],
      [0, 3, 0],
    ],
    { width: 10, caps: 'flat' },
  );
  for (const [x] of shapes.flat()) expect(x).toBeLessThanOrEqual(100 + 5 * 2.2);
});

test('A closed line has no end: as many quads as corners', () => {
  const square: RaisedPoint[] = [
    [0, 0, 0],
    [50, 0, 0],
    [50, 50, 0],
    [0, 50, 0],
    [0, 0, 0],
  ];
  const shapes = ribbon(square, { width: 6, caps: 'round' });
  expect(shapes).toHaveLength(4);
  expect(shapes.reduce((sum, shape) => sum + areaOf(shape), 0)).toBeCloseTo(56 ** 2 - 44 ** 2, 6);
});
