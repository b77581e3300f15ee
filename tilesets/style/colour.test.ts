import { expect, test } from 'vitest';
import { fromHex, mix } from './colour.ts';

test('Colours are linear light: half of sRGB is a fifth of the light', () => {
  expect(fromHex('#FFFFFF')).toEqual([1, 1, 1]);
  expect(fromHex('#000000')).toEqual([0, 0, 0]);
  for (const channel of fromHex('#808080')) expect(channel).toBeCloseTo(0.2159, 4);
});

test('A mix goes from the first colour to the second', () => {
  expect(mix([0, 0.2, 1], [1, 0.4, 0], 0)).toEqual([0, 0.2, 1]);
  expect(mix([0, 0.2, 1], [1, 0.4, 0], 1)).toEqual([1, 0.4, 0]);
});
