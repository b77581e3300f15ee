import { expect, test } from 'vitest';
import { isLocation } from './location.ts';

test.each([
  [0, 0, undefined, true],
  [180, 90, undefined, true],
  [-180, -90, 8999, true],
  [180.1, 0, undefined, false],
  [0, 90.1, undefined, false],
  [Number.NaN, 0, undefined, false],
  [0, Number.POSITIVE_INFINITY, undefined, false],
  [0, 0, Number.NaN, false],
  [0, 0, 9000, false],
  [0, 0, -500, false],
])('%s, %s, %s is a place on the Earth: %s', (lon, lat, height, isPlace) => {
  expect(isLocation(lon, lat, height)).toBe(isPlace);
});
