import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  basisOf,
  clamped,
  groundAt,
  type Lens,
  metresPerPixel,
  type OrbitLimits,
  offCentre,
  panned,
  rotated,
  sameView,
  zoomed,
} from './orbit.ts';

const LENS: Lens = { fovY: 0.73, width: 1920, height: 1080 };
const LIMITS: OrbitLimits = { bounds: [71.2, 51, 71.7, 51.3], minRange: 100, maxRange: 20_000, minPitchDegrees: 8 };
const HOME = { lon: 71.43, lat: 51.13, range: 2000, headingDegrees: 30, pitchDegrees: 40 };

const view = fc.record({
  lon: fc.double({ min: 71.3, max: 71.6, noNaN: true }),
  lat: fc.double({ min: 51.05, max: 51.25, noNaN: true }),
  range: fc.double({ min: 200, max: 15_000, noNaN: true }),
  headingDegrees: fc.double({ min: 0, max: 359.9, noNaN: true }),
  pitchDegrees: fc.double({ min: 25, max: 90, noNaN: true }),
});
const pixel = fc.record({ x: fc.integer({ min: 0, max: 1920 }), y: fc.integer({ min: 200, max: 1080 }) });

test('the middle of the picture shows the target', () => {
  fc.assert(
    fc.property(view, (v) => {
      const ground = groundAt(v, LENS, LENS.width / 2, LENS.height / 2);
      expect(Math.hypot(ground?.east ?? Number.NaN, ground?.north ?? Number.NaN)).toBeLessThan(1e-6 * v.range);
    }),
  );
});

test('a pixel to the right of the middle is one scale step to the right on the ground', () => {
  fc.assert(
    fc.property(view, (v) => {
      const ground = groundAt(v, LENS, LENS.width / 2 + 1, LENS.height / 2);
      const { right } = basisOf(v);
      const way = (ground?.east ?? Number.NaN) * right[0] + (ground?.north ?? Number.NaN) * right[1];
      expect(way).toBeCloseTo(metresPerPixel(v, LENS), 6);
    }),
  );
});

test('above the horizon there is no ground', () => {
  expect(groundAt({ ...HOME, pitchDegrees: 8 }, LENS, 960, 100)).toBeUndefined();
});

test('the ground under the pointer stays under it when the view is panned by the difference', () => {
  fc.assert(
    fc.property(view, pixel, pixel, (v, a, b) => {
      const grabbed = groundAt(v, LENS, a.x, a.y);
      const under = groundAt(v, LENS, b.x, b.y);
      fc.pre(grabbed !== undefined && under !== undefined);
      const moved = panned(v, { east: grabbed.east - under.east, north: grabbed.north - under.north });
      const place = panned(v, grabbed);
      const seen = panned(moved, groundAt(moved, LENS, b.x, b.y) ?? { east: Number.NaN, north: Number.NaN });
      // A degree of longitude is shorter farther north: 0.5 % over the 25 km that a pan can reach.
      const reach = Math.hypot(grabbed.east - under.east, grabbed.north - under.north);
      const miss = Math.hypot((seen.lon - place.lon) * 70_000, (seen.lat - place.lat) * 111_000);
      expect(miss).toBeLessThan(0.01 * reach + 1e-3);
    }),
  );
});

test('every view that comes out of the limits is within them, and clamping again changes nothing', () => {
  const wild = fc.record({
    lon: fc.double({ min: -180, max: 180, noNaN: true }),
    lat: fc.double({ min: -85, max: 85, noNaN: true }),
    range: fc.double({ min: 0, max: 1e7, noNaN: true }),
    headingDegrees: fc.double({ min: -1000, max: 1000, noNaN: true }),
    pitchDegrees: fc.double({ min: -90, max: 180, noNaN: true }),
  });
  fc.assert(
    fc.property(wild, (v) => {
      const safe = clamped(v, LIMITS);
      expect(safe.pitchDegrees).toBeGreaterThanOrEqual(8);
      expect(safe.pitchDegrees).toBeLessThanOrEqual(90);
      expect(safe.range).toBeGreaterThanOrEqual(100);
      expect(safe.headingDegrees).toBeGreaterThanOrEqual(0);
      expect(safe.headingDegrees).toBeLessThan(360);
      expect(sameView(clamped(safe, LIMITS), safe)).toBe(true);
    }),
  );
});

test('zooming looking straight down keeps the anchor under its pixel', () => {
  const down = { ...HOME, pitchDegrees: 90 };
  const anchor = groundAt(down, LENS, 1500, 300);
  const near = zoomed(down, 0.5, anchor, LIMITS);
  const after = groundAt(near, LENS, 1500, 300);
  const shift = { east: (anchor?.east ?? 0) / 2, north: (anchor?.north ?? 0) / 2 };
  expect(after?.east).toBeCloseTo((anchor?.east ?? 0) - shift.east, 3);
  expect(after?.north).toBeCloseTo((anchor?.north ?? 0) - shift.north, 3);
});

test('zooming stops at the limits and then moves no further', () => {
  const closest = { ...HOME, range: 100 };
  expect(sameView(zoomed(closest, 0.5, { east: 50, north: 0 }, LIMITS), closest)).toBe(true);
});

test('turning by a full circle changes nothing', () => {
  expect(rotated(HOME, 360, 0)).toEqual(HOME);
  expect(rotated(HOME, -60, 0).headingDegrees).toBe(330);
});

test('a target put off centre is seen at that pixel', () => {
  const off = offCentre(HOME, LENS, -180, 60);
  const seen = groundAt(off, LENS, 960 - 180, 540 + 60);
  const target = panned(off, seen ?? { east: Number.NaN, north: Number.NaN });
  expect(target.lon).toBeCloseTo(HOME.lon, 6);
  expect(target.lat).toBeCloseTo(HOME.lat, 6);
});
