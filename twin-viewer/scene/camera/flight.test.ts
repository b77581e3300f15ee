import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flight, shortestTurn } from './flight.ts';

const HERE = { lon: 71.43, lat: 51.13, range: 2000, headingDegrees: 350, pitchDegrees: 40 };

test('a flight ends exactly where it was sent, in at most a second and a half', () => {
  const there = { lon: 71.6, lat: 51.2, range: 300, headingDegrees: 20, pitchDegrees: 60 };
  const way = flight(HERE, there);
  expect(way.at(1)).toEqual(there);
  expect(way.durationMs).toBeLessThanOrEqual(1500);
});

test('a flight starts where the camera is', () => {
  const start = flight(HERE, { ...HERE, lon: 71.6, range: 300 }).at(0);
  expect(start.lon).toBeCloseTo(HERE.lon, 9);
  expect(start.range).toBeCloseTo(HERE.range, 6);
});

test('a long way rises above both of its ends', () => {
  const near = { ...HERE, range: 300 };
  expect(flight(near, { ...near, lon: 71.6 }).at(0.3).range).toBeGreaterThan(600);
});

test('a turn is never more than half a circle and ends at the heading asked for', () => {
  const heading = fc.double({ min: 0, max: 359.999, noNaN: true });
  fc.assert(
    fc.property(heading, heading, (from, to) => {
      const turn = shortestTurn(from, to);
      expect(Math.abs(turn)).toBeLessThanOrEqual(180 + 1e-9);
      expect(Math.cos(((from + turn - to) * Math.PI) / 180)).toBeCloseTo(1, 9);
    }),
  );
});
