import { expect, test } from 'vitest';
import { readLimits } from './opcua-limits.ts';

test('our own AlarmLimits are read as they are, and what is no limit is left out', () => {
  expect(
    readLimits(new Map([['AlarmLimits', ['above 14.2 medium', 'below -100 high', 'above much low', 'x']]])),
  ).toEqual([
    { side: 'above', value: 14.2, priority: 'medium' },
    { side: 'below', value: -100, priority: 'high' },
  ]);
});

test("the standard's four limits are two steps on each side", () => {
  const limits = new Map<string, unknown>([
    ['HighHighLimit', 90],
    ['HighLimit', 80],
    ['LowLowLimit', Number.NaN],
  ]);
  expect(readLimits(limits)).toEqual([
    { side: 'above', value: 80, priority: 'medium' },
    { side: 'above', value: 90, priority: 'high' },
  ]);
});
