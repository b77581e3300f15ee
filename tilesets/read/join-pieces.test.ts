import fc from 'fast-check';
import { expect, test } from 'vitest';
import { polygonArea } from '../mesh/plane.ts';
import type { LonLat } from './feature.ts';
import { joinLines, joinPieces, unite } from './join-pieces.ts';

const box = (west: number, south: number, east: number, north: number): LonLat[] => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
];
const areaOf = (polygons: ReturnType<typeof unite>) => polygons.reduce((sum, polygon) => sum + polygonArea(polygon), 0);

test('Two halves of a house that a tile edge had cut are one polygon with the area of both', () => {
  const joined = unite([[box(0, 0, 4, 3)], [box(4, 0, 9, 3)]]);
  expect(joined).toHaveLength(1);
  expect(areaOf(joined)).toBeCloseTo(27, 9);
});

test('Cutting a box along any grid line and joining it changes neither its area nor its number', () => {
  const whole = fc.tuple(
    fc.integer({ min: -90, max: 80 }),
    fc.integer({ min: 2, max: 40 }),
    fc.integer({ min: 1, max: 40 }),
  );
  fc.assert(
    fc.property(whole, fc.double({ min: 0.1, max: 0.9, noNaN: true }), ([west, width, depth], share) => {
      const cut = west + width * share;
      const joined = unite([[box(west, 0, cut, depth)], [box(cut, 0, west + width, depth)]]);
      expect(joined).toHaveLength(1);
      expect(areaOf(joined)).toBeCloseTo(width * depth, 6);
    }),
  );
});

test('Pieces that do not touch stay apart in one feature', () => {
  const piece = (polygon: LonLat[]) => ({ id: 'osm:way/1', tags: {}, points: [], lines: [], polygons: [[polygon]] });
  const [feature, ...others] = joinPieces([piece(box(0, 0, 1, 1)), piece(box(5, 5, 6, 6))]);
  expect(others).toEqual([]);
  expect(feature?.geometry).toMatchObject({ kind: 'polygons', polygons: { length: 2 } });
});

test('Lines are joined end to end in whatever order they come', () => {
  const points: LonLat[] = [0, 1, 2, 3, 4, 5].map((i) => [i, i * i]);
  const lines = [points.slice(3, 6), points.slice(0, 2), points.slice(1, 4)];
  expect(joinLines(lines)).toEqual([points]);
});

test('A closed line is an area only where the tags speak of one', () => {
  const line: LonLat[] = [...box(0, 0, 2, 2), [0, 0]];
  const piece = { id: 'osm:way/7', tags: { 'building:part': 'yes' }, points: [], lines: [line], polygons: [] };
  expect(joinPieces([piece])[0]?.geometry.kind).toBe('lines');
  const [asArea] = joinPieces([piece], (tags) => tags['building:part'] !== undefined);
  expect(asArea?.geometry).toEqual({ kind: 'polygons', polygons: [[box(0, 0, 2, 2)]] });
});
