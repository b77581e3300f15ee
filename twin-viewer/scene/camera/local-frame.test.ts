import { expect, test } from 'vitest';
import { fixedFromDegrees, localFrame, localFromDegrees, metresPerDegree } from './local-frame.ts';

test('the origin of a frame is at zero and up is the way heights grow', () => {
  const frame = localFrame(71.43, 51.13);
  const out = new Float64Array(6);
  localFromDegrees(frame, 71.43, 51.13, 0, out, 0);
  localFromDegrees(frame, 71.43, 51.13, 100, out, 3);
  for (const [at, metres] of [0, 0, 0, 0, 0, 100].entries()) expect(out[at]).toBeCloseTo(metres, 6);
});

test('a hundredth of a degree is as many metres in the frame as the radii of curvature say', () => {
  const metres = metresPerDegree(51.13);
  const out = new Float64Array(3);
  localFromDegrees(localFrame(71.43, 51.13), 71.44, 51.13, 0, out, 0);
  expect(out[0]).toBeCloseTo(metres.lon * 0.01, 1);
  localFromDegrees(localFrame(71.43, 51.13), 71.43, 51.14, 0, out, 0);
  expect(out[1]).toBeCloseTo(metres.lat * 0.01, 1);
});

test('the ground falls away from the flat by the square of the distance over twice the radius', () => {
  const out = new Float64Array(3);
  localFromDegrees(localFrame(71.43, 51.13), 71.43 + 0.1432, 51.13, 0, out, 0);
  const way = Math.hypot(out[0] as number, out[1] as number);
  expect(out[2]).toBeCloseTo(-(way ** 2) / (2 * 6_390_000), 1);
});

test('places on the axes of the Earth are where WGS 84 puts them', () => {
  const out = new Float64Array(3);
  fixedFromDegrees(0, 0, 0, out, 0);
  expect([...out].map(Math.round)).toEqual([6378137, 0, 0]);
  fixedFromDegrees(90, 0, 1000, out, 0);
  expect([...out].map(Math.round)).toEqual([0, 6379137, 0]);
  fixedFromDegrees(0, 90, 0, out, 0);
  expect([...out].map(Math.round)).toEqual([0, 0, 6356752]);
});
