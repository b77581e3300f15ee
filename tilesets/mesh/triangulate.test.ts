import fc from 'fast-check';
import { expect, test } from 'vitest';
import { polygonWithCourtyard } from './arbitrary-polygon.ts';
import { type Point, polygonArea, signedArea } from './plane.ts';
import { triangulate } from './triangulate.ts';

test('Triangles cover the area of the polygon, courtyard left out', () => {
  fc.assert(
    fc.property(polygonWithCourtyard, (polygon) => {
      const { points, triangles } = triangulate(polygon);
      let area = 0;
      for (let i = 0; i < triangles.length; i += 3) {
        area += signedArea(triangles.slice(i, i + 3).map((index) => points[index] as Point));
      }
      expect(area).toBeCloseTo(polygonArea(polygon), 6);
    }),
  );
});

test('Every triangle turns counter-clockwise', () => {
  fc.assert(
    fc.property(polygonWithCourtyard, (polygon) => {
      const { points, triangles } = triangulate(polygon);
      for (let i = 0; i < triangles.length; i += 3) {
        const area = signedArea(triangles.slice(i, i + 3).map((index) => points[index] as Point));
        expect(area).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});
