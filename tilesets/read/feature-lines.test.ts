import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Feature, FeatureGeometry, LonLat } from './feature.ts';
import { decodeFeatureLines, encodeFeatureLines } from './feature-lines.ts';

/** Degrees on the grid of 1e-7 that the form keeps. */
const degrees = (limit: number) => fc.integer({ min: -limit * 1e7, max: limit * 1e7 }).map((units) => units / 1e7);
const lonLat = fc.tuple(degrees(180), degrees(90)) as fc.Arbitrary<LonLat>;
const ring = fc.array(lonLat, { minLength: 1, maxLength: 8 });
const geometry: fc.Arbitrary<FeatureGeometry> = fc.oneof(
  lonLat.map((at) => ({ kind: 'point' as const, at })),
  fc.array(ring, { minLength: 1, maxLength: 3 }).map((lines) => ({ kind: 'lines' as const, lines })),
  fc
    .array(fc.array(ring, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 })
    .map((polygons) => ({ kind: 'polygons' as const, polygons })),
);
const feature: fc.Arbitrary<Feature> = fc.record({
  id: fc.integer({ min: 1 }).map((id) => `osm:way/${id}`),
  tags: fc.dictionary(fc.string(), fc.string()),
  geometry,
});

test('What is written is read back, to the last 1e-7 of a degree', () => {
  fc.assert(
    fc.property(fc.array(feature, { maxLength: 5 }), (features) => {
      expect(JSON.stringify(decodeFeatureLines(encodeFeatureLines(features), 'a test'))).toBe(JSON.stringify(features));
    }),
  );
});

test('The same features give the same bytes', () => {
  fc.assert(
    fc.property(fc.array(feature, { maxLength: 3 }), (features) => {
      expect(encodeFeatureLines(features).equals(encodeFeatureLines(features))).toBe(true);
    }),
  );
});

test('A file of another form is refused with its name', () => {
  const bytes = gzipSync('{"format":"geojson"}\n{}');
  expect(() => decodeFeatureLines(bytes, 'roads.json.gz')).toThrow(
    /roads\.json\.gz is not in the form yiping-features/,
  );
});
