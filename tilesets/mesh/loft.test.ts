import { expect, test } from 'vitest';
import { cityFrame } from './city-frame.ts';
import { circle, loft } from './loft.ts';
import { MeshBuilder } from './mesh-builder.ts';
import { signedArea } from './plane.ts';

const grey = [0.5, 0.5, 0.5] as const;

function pyramid() {
  const mesh = new MeshBuilder(cityFrame(71.43, 51.13));
  const ring = [
    [-10, -10],
    [10, -10],
    [10, 10],
    [-10, 10],
  ] as const;
  loft(mesh, ring, {
    levels: [
      [1, 0],
      [0, 10],
    ],
    feature: 0,
    foot: grey,
    roof: grey,
  });
  return mesh.build();
}

test('A ring that shrinks to nothing is a pyramid of one triangle a side', () => {
  expect(pyramid().indices).toHaveLength(3 * 4);
});

test('The sides of a pyramid as high as half its width look up at 45°', () => {
  const { normals } = pyramid();
  for (let i = 2; i < normals.length; i += 3) expect(normals[i]).toBeCloseTo(Math.SQRT1_2, 6);
});

test('A circle runs counter-clockwise', () => {
  expect(signedArea(circle([5, 5], 10, 64))).toBeCloseTo(Math.PI * 100, -1);
});
