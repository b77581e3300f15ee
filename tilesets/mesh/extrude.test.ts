import fc from 'fast-check';
import { expect, test } from 'vitest';
import { polygonWithCourtyard } from './arbitrary-polygon.ts';
import { cityFrame } from './city-frame.ts';
import { extrude, FOOTING } from './extrude.ts';
import { MeshBuilder, type TileMesh } from './mesh-builder.ts';
import type { Polygon } from './plane.ts';

const grey = [0.5, 0.5, 0.5] as const;

function raised(polygon: Polygon): TileMesh {
  const mesh = new MeshBuilder(cityFrame(71.43, 51.13));
  extrude(mesh, polygon, { base: 0, top: 20, feature: 7, foot: grey, wall: grey, roof: grey });
  return mesh.build();
}

/** Every edge of every triangle, by its two places, with how often it runs each way. */
function edgesOf({ positions, indices }: TileMesh): Map<string, number> {
  const place = (i: number) => [0, 1, 2].map((axis) => (positions[i * 3 + axis] as number).toFixed(5)).join(' ');
  const edges = new Map<string, number>();
  for (let i = 0; i < indices.length; i += 3) {
    const corners = [...indices.slice(i, i + 3)].map(place);
    for (const [k, from] of corners.entries()) {
      const to = corners[(k + 1) % 3] as string;
      const key = from < to ? `${from}|${to}` : `${to}|${from}`;
      edges.set(key, (edges.get(key) ?? 0) + (from < to ? 1 : -1));
    }
  }
  return edges;
}

test('A raised polygon is watertight but for its open foot: every edge above it is run once each way', () => {
  fc.assert(
    fc.property(polygonWithCourtyard, (polygon) => {
      const open = [...edgesOf(raised(polygon))].filter(([, balance]) => balance !== 0);
      const corners = polygon.reduce((sum, ring) => sum + ring.length, 0);
      expect(open).toHaveLength(corners);
      for (const [edge] of open) {
        for (const end of edge.split('|')) expect(Number(end.split(' ')[2])).toBeLessThan(0);
      }
    }),
  );
});

test('Wall normals point out of the building, also into its courtyard, and the roof looks up', () => {
  fc.assert(
    fc.property(polygonWithCourtyard, (polygon) => {
      const { positions, normals, indices } = raised(polygon);
      const at = (array: ArrayLike<number>, i: number) => [0, 1, 2].map((axis) => array[i * 3 + axis] as number);
      for (let i = 0; i < indices.length; i += 3) {
        const [a, b, c] = [0, 1, 2].map((k) => at(positions, indices[i + k] as number)) as [
          number[],
          number[],
          number[],
        ];
        const normal = at(normals, indices[i] as number);
        const [u, v] = [b, c].map((p) => p.map((value, axis) => value - (a[axis] as number))) as [number[], number[]];
        const cross = [0, 1, 2].map((axis) => {
          const [j, k] = [(axis + 1) % 3, (axis + 2) % 3];
          return (u[j] as number) * (v[k] as number) - (u[k] as number) * (v[j] as number);
        });
        const size = Math.hypot(...cross);
        const along = cross.reduce((sum, value, axis) => sum + value * (normal[axis] as number), 0);
        if (size > 1e-3) expect(along / size).toBeGreaterThan(0.99);
      }
    }),
  );
});

test('Every vertex carries its height, the roof height and its building', () => {
  const mesh = raised([
    [
      [0, 0],
      [10, 0],
      [10, 10],
      [0, 10],
    ],
  ]);
  expect(new Set(mesh.above)).toEqual(new Set([Math.fround(-FOOTING), 20]));
  expect(new Set(mesh.top)).toEqual(new Set([20]));
  expect(new Set(mesh.features)).toEqual(new Set([7]));
});
