import fc from 'fast-check';
import type { Point, Polygon } from './plane.ts';

/** A ring that winds once around the origin, each corner between `near` and `far` metres away. */
const starRing = (near: number, far: number) =>
  fc.array(fc.double({ min: near, max: far, noNaN: true }), { minLength: 5, maxLength: 24 }).map((radii) =>
    radii.map((radius, i): Point => {
      const angle = (i / radii.length) * 2 * Math.PI;
      return [Math.cos(angle) * radius, Math.sin(angle) * radius];
    }),
  );

/** For property tests: a polygon around the origin, with or without a hole. */
export const polygonWithCourtyard: fc.Arbitrary<Polygon> = fc
  .tuple(starRing(40, 120), starRing(5, 30), fc.boolean())
  .map(([outer, inner, holed]) => (holed ? [outer, inner.toReversed()] : [outer]));
