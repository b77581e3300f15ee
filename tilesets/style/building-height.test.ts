import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildingHeight, hash01 } from './building-height.ts';

test('Metres in the source are the height', () => {
  expect(buildingHeight('a', { building: 'yes', height: '42.5', 'building:levels': '3' }, 100)).toEqual({
    height: 42.5,
    source: 'height',
    levels: 3,
  });
  expect(buildingHeight('a', { 'building:height': '130' }, 100)).toMatchObject({ height: 130, source: 'height' });
});

test('Storeys come before the kind, the kind before the footprint', () => {
  expect(buildingHeight('a', { building: 'apartments', 'building:levels': '9' }, 800)).toMatchObject({
    source: 'levels',
    levels: 9,
    height: 9 * 3.1 + 1.4,
  });
  expect(buildingHeight('a', { building: 'apartments' }, 800).source).toBe('type');
  expect(buildingHeight('a', { building: 'yes' }, 800).source).toBe('default');
});

test('A private house of which nothing is known has one storey or two', () => {
  fc.assert(
    fc.property(fc.string(), fc.double({ min: 50, max: 219, noNaN: true }), (id, footprint) => {
      const { height } = buildingHeight(id, { building: 'yes' }, footprint);
      expect(height).toBeGreaterThan(3);
      expect(height).toBeLessThan(7.5);
    }),
  );
});

test('Nonsense in the source is not believed', () => {
  expect(buildingHeight('a', { building: 'yes', height: '-3', 'building:levels': 'viele' }, 100).source).toBe(
    'default',
  );
});

test('The same building has the same height in every build', () => {
  fc.assert(
    fc.property(fc.string(), fc.double({ min: 1, max: 5000, noNaN: true }), (id, footprint) => {
      const tags = { building: 'yes' };
      expect(buildingHeight(id, tags, footprint)).toEqual(buildingHeight(id, tags, footprint));
      expect(hash01(id)).toBeGreaterThanOrEqual(0);
      expect(hash01(id)).toBeLessThan(1);
    }),
  );
});
