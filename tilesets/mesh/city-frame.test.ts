import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cityFrame, toEcef } from './city-frame.ts';

test('ECEF has the equator at the semi-major and the pole at the semi-minor axis of WGS 84', () => {
  expect(toEcef(0, 0, 0)).toEqual([6_378_137, 0, 0]);
  expect(toEcef(90, 0, 100)[1]).toBeCloseTo(6_378_237, 6);
  expect(toEcef(0, 90, 0)[2]).toBeCloseTo(6_356_752.314245, 5);
});

test('A point near the city comes back from the plane', () => {
  const frame = cityFrame(71.43, 51.13);
  fc.assert(
    fc.property(
      fc.double({ min: 71, max: 72, noNaN: true }),
      fc.double({ min: 50.8, max: 51.4, noNaN: true }),
      (lon, lat) => {
        const [backLon, backLat] = frame.toLonLat(...frame.toPlane(lon, lat));
        expect(backLon).toBeCloseTo(lon, 10);
        expect(backLat).toBeCloseTo(lat, 10);
      },
    ),
  );
});

test('A metre of the plane is a metre of the ground, within 0.1 % at 5 km', () => {
  const frame = cityFrame(71.43, 51.13);
  for (const [x, y] of [
    [5000, 0],
    [0, 5000],
    [-3000, -4000],
  ] as const) {
    const [east, north] = frame.toFrame(x, y, 0);
    expect(Math.hypot(east, north) / 5000).toBeCloseTo(1, 3);
  }
});

test('The ground falls away from the frame as d² / 2R', () => {
  const [, , up] = cityFrame(71.43, 51.13).toFrame(12_000, 0, 0);
  expect(up).toBeCloseTo(-(12_000 ** 2) / (2 * 6_391_000), 1);
});

test('The transform takes the frame to ECEF', () => {
  const frame = cityFrame(71.43, 51.13);
  const m = frame.transform as number[];
  const [x, y] = frame.toPlane(71.5, 51.2);
  const local = frame.toFrame(x, y, 30);
  const ecef = [0, 1, 2].map((i) =>
    local.reduce((sum, v, k) => sum + v * (m[k * 4 + i] as number), m[12 + i] as number),
  );
  for (const [i, value] of toEcef(71.5, 51.2, 30).entries()) expect(ecef[i]).toBeCloseTo(value, 5);
});
