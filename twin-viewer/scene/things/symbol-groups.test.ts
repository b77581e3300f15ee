import fc from 'fast-check';
import { expect, test } from 'vitest';
import { APPEARANCE_CODE } from '../../state/thing-states.ts';
import { ScreenPositions } from './screen-positions.ts';
import { SymbolGroups } from './symbol-groups.ts';

const PICTURE = { width: 400, height: 300, gap: 20, selected: -1 };
const { good, stale, bad, low, high, urgent } = APPEARANCE_CODE as Record<string, number>;

function grouped(points: readonly (readonly [code: number | undefined, x: number, y: number])[], picture = PICTURE) {
  const count = points.length;
  const screen = new ScreenPositions();
  screen.x = Float32Array.from(points, (p) => p[1]);
  screen.y = Float32Array.from(points, (p) => p[2]);
  screen.depth = new Float32Array(count).fill(100);
  const groups = new SymbolGroups();
  const appearance = Uint8Array.from(points, (p) => p[0] as number);
  groups.group({ count, appearance, shown: new Uint8Array(count).fill(1) }, screen, picture);
  return Array.from({ length: groups.count }, (_, i) => [groups.slots[i], groups.members[i]]);
}

test('what is good has no symbol', () => {
  expect(grouped([[good, 50, 50]])).toEqual([]);
});

test('the worst of a crowd stands for all alarms in it', () => {
  expect(
    grouped([
      [low, 50, 50],
      [urgent, 55, 52],
      [high, 60, 55],
      [low, 200, 50],
    ]),
  ).toEqual([
    [1, 3],
    [3, 1],
  ]);
});

test('an alarm does not count the stale and the bad it covers', () => {
  expect(
    grouped([
      [stale, 50, 50],
      [bad, 51, 50],
      [low, 52, 50],
    ]),
  ).toEqual([[2, 1]]);
});

test('the selected one keeps its own symbol even beside a worse', () => {
  const slots = grouped(
    [
      [low, 50, 50],
      [urgent, 55, 52],
    ],
    { ...PICTURE, selected: 0 },
  ).map(([slot]) => slot);
  expect(slots).toContain(0);
});

type Point = readonly [code: number, x: number, y: number];

test('no two symbols touch, every alarm is counted once, and the worst is always there', () => {
  const point = fc.tuple(
    fc.integer({ min: 2, max: 7 }),
    fc.integer({ min: -20, max: 420 }),
    fc.integer({ min: -20, max: 320 }),
  );
  fc.assert(
    fc.property(fc.array(point, { minLength: 1, maxLength: 120 }), (points) => {
      const groups = grouped(points);
      for (const [i, [a]] of groups.entries()) {
        for (const [b] of groups.slice(i + 1)) {
          const [p, q] = [points[a as number], points[b as number]] as [Point, Point];
          expect(Math.abs(p[1] - q[1]) >= 20 || Math.abs(p[2] - q[2]) >= 20).toBe(true);
        }
      }
      const alarms = groups.filter(([slot]) => (points[slot as number]?.[0] ?? 0) >= (low as number));
      const counted = alarms.reduce((sum, [, members]) => sum + (members as number), 0);
      expect(counted).toBe(points.filter(([code]) => code >= (low as number)).length);
      expect(points[groups[0]?.[0] as number]?.[0]).toBe(Math.max(...points.map(([code]) => code)));
    }),
  );
});
