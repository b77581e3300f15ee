import { gunzipSync, gzipSync } from 'node:zlib';
import type { Feature, FeatureGeometry, FeatureTags, LonLat } from './feature.ts';

/**
 * The pack's compact form: gzip of JSON lines. The first line is the header; each other line is one feature,
 * `{"id", "tags", "point" | "lines" | "polygons"}`, a sequence of points being one array of integers
 * `[x0, y0, dx1, dy1, …]` in 1e-7 degrees, the first absolute, the others relative to the point before.
 */
const HEADER = { format: 'yiping-features', version: 1, unit: '1e-7 degree' } as const;
const UNITS_PER_DEGREE = 1e7;

interface FeatureLine {
  readonly id: string;
  readonly tags: FeatureTags;
  readonly point?: readonly number[];
  readonly lines?: readonly (readonly number[])[];
  readonly polygons?: readonly (readonly (readonly number[])[])[];
}

/** Gzip'd feature lines; the same features give the same bytes. */
export function encodeFeatureLines(features: readonly Feature[]): Buffer {
  const lines = [JSON.stringify(HEADER)];
  for (const feature of features) lines.push(JSON.stringify(toLine(feature)));
  return gzipSync(lines.join('\n'), { level: 9 });
}

/**
 * Reads what `encodeFeatureLines` wrote; coordinates come back rounded to 1e-7 degrees (about 1 cm).
 *
 * @throws Error that names `source` where the bytes are no feature lines.
 */
export function decodeFeatureLines(bytes: Uint8Array, source: string): Feature[] {
  const [head, ...rest] = gunzipSync(bytes).toString('utf8').split('\n');
  const header = JSON.parse(head ?? '{}') as { format?: string; version?: number };
  if (header.format !== HEADER.format || header.version !== HEADER.version) {
    throw new Error(
      `${source} is not in the form ${HEADER.format} version ${HEADER.version} (found ${header.format ?? 'no format'} ` +
        `version ${header.version ?? 'none'}). Extract the pack again with this version of the program.`,
    );
  }
  return rest.map((line) => fromLine(JSON.parse(line) as FeatureLine, source));
}

function toLine({ id, tags, geometry }: Feature): FeatureLine {
  switch (geometry.kind) {
    case 'point':
      return { id, tags, point: encodePoints([geometry.at]) };
    case 'lines':
      return { id, tags, lines: geometry.lines.map(encodePoints) };
    case 'polygons':
      return { id, tags, polygons: geometry.polygons.map((rings) => rings.map(encodePoints)) };
  }
}

function fromLine({ id, tags, point, lines, polygons }: FeatureLine, source: string): Feature {
  let geometry: FeatureGeometry;
  const at = point && decodePoints(point)[0];
  if (at) geometry = { kind: 'point', at };
  else if (lines) geometry = { kind: 'lines', lines: lines.map(decodePoints) };
  else if (polygons) geometry = { kind: 'polygons', polygons: polygons.map((rings) => rings.map(decodePoints)) };
  else throw new Error(`${source}: feature ${id} has no point, lines or polygons. Extract the pack again.`);
  return { id, tags, geometry };
}

function encodePoints(points: readonly LonLat[]): number[] {
  const encoded: number[] = [];
  let [x, y] = [0, 0];
  for (const [lon, lat] of points) {
    const [nextX, nextY] = [Math.round(lon * UNITS_PER_DEGREE), Math.round(lat * UNITS_PER_DEGREE)];
    encoded.push(nextX - x, nextY - y);
    [x, y] = [nextX, nextY];
  }
  return encoded;
}

function decodePoints(encoded: readonly number[]): LonLat[] {
  const points: LonLat[] = [];
  let [x, y] = [0, 0];
  for (let i = 0; i + 1 < encoded.length; i += 2) {
    x += encoded[i] as number;
    y += encoded[i + 1] as number;
    points.push([x / UNITS_PER_DEGREE, y / UNITS_PER_DEGREE]);
  }
  return points;
}
