import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LabelWish, labelsThatFit, TakenSpace } from './label-layout.ts';

const wish = (label: number, more: Partial<LabelWish>): LabelWish => ({
  label,
  rank: 2,
  distance: 1000,
  x: 200,
  y: 200,
  width: 80,
  height: 16,
  offsets: [0],
  shown: false,
  ...more,
});

function chosen(wishes: readonly LabelWish[], taken = new TakenSpace(1000, 800), limit = 100) {
  return [...labelsThatFit(wishes, taken, limit).keys()];
}

test('of two names in one place the more important is shown', () => {
  expect(chosen([wish(0, { rank: 3 }), wish(1, { rank: 1 })])).toEqual([1]);
});

test('among equals the one already shown keeps its place, then the nearer wins', () => {
  expect(chosen([wish(0, { distance: 10 }), wish(1, { shown: true })])).toEqual([1]);
  expect(chosen([wish(0, { distance: 900 }), wish(1, { distance: 800 })])).toEqual([1]);
});

test('a name gives way to a symbol', () => {
  const taken = new TakenSpace(1000, 800);
  taken.take(190, 190, 210, 210);
  expect(chosen([wish(0, {})], taken)).toEqual([]);
});

test('a name that may make way stands beside the symbol, as near as it likes', () => {
  const taken = new TakenSpace(1000, 800);
  taken.take(190, 190, 210, 210);
  expect([...labelsThatFit([wish(0, { offsets: [0, -30, 30] })], taken, 9)]).toEqual([[0, -30]]);
});

test('no more than the limit', () => {
  expect(chosen([wish(0, {}), wish(1, { x: 500 }), wish(2, { x: 800 })], undefined, 2)).toHaveLength(2);
});

test('no two names on the screen overlap, and each left out touches one that is shown', () => {
  const any = fc.record({
    x: fc.integer({ min: 0, max: 1000 }),
    y: fc.integer({ min: 0, max: 800 }),
    width: fc.integer({ min: 20, max: 200 }),
    height: fc.integer({ min: 10, max: 40 }),
    rank: fc.integer({ min: 0, max: 4 }),
  });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 40 }), (all) => {
      const wishes = all.map((more, label) => wish(label, more));
      const shown = new Set(chosen(wishes));
      const touch = (a: LabelWish, b: LabelWish) =>
        Math.abs(a.x - b.x) < (a.width + b.width) / 2 + 12 && Math.abs(a.y - b.y) < (a.height + b.height) / 2 + 12;
      for (const a of wishes) {
        const neighbours = wishes.filter((b) => b !== a && shown.has(b.label) && touch(a, b));
        expect(neighbours.length > 0).toBe(!shown.has(a.label));
      }
    }),
  );
});
