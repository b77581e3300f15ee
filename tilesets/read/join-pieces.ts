import { union } from 'polyclip-ts';
import type { Feature, FeatureGeometry, LonLat, LonLatPolygon } from './feature.ts';
import type { FeaturePiece } from './osm-qa.ts';

type MutablePolygon = [number, number][][];

/**
 * Makes one feature of the pieces that tiles cut an object into: polygons by union, lines at the ends that touch.
 * Ids come out in the order in which they first appear. A closed line of an object whose tags speak of an area
 * (`isArea`) becomes a polygon.
 */
export function joinPieces(
  pieces: Iterable<FeaturePiece>,
  isArea: (tags: FeaturePiece['tags']) => boolean = () => false,
): Feature[] {
  const byId = new Map<string, FeaturePiece[]>();
  for (const piece of pieces) {
    const known = byId.get(piece.id);
    if (known) known.push(piece);
    else byId.set(piece.id, [piece]);
  }
  const features: Feature[] = [];
  for (const [id, parts] of byId) {
    const tags = parts[0]?.tags ?? {};
    features.push({ id, tags, geometry: joinGeometry(parts, isArea(tags)) });
  }
  return features;
}

function joinGeometry(parts: readonly FeaturePiece[], area: boolean): FeatureGeometry {
  const polygons = parts.flatMap((part) => part.polygons);
  if (polygons.length > 0) {
    return { kind: 'polygons', polygons: polygons.length === 1 ? polygons : unite(polygons) };
  }
  const lines = joinLines(parts.flatMap((part) => part.lines));
  if (lines.length > 0) {
    if (area && lines.every(isClosed)) return { kind: 'polygons', polygons: lines.map((line) => [line.slice(0, -1)]) };
    return { kind: 'lines', lines };
  }
  const at = parts.flatMap((part) => part.points)[0] ?? [0, 0];
  return { kind: 'point', at };
}

/** The union; two pieces that share a part of a tile's edge become one polygon. */
export function unite(polygons: readonly LonLatPolygon[]): LonLatPolygon[] {
  const [first, ...rest] = polygons.map(mutable);
  if (!first) return [];
  return union(first, ...rest).map((rings) => rings.map((ring) => ring.slice(0, -1)));
}

function mutable(polygon: LonLatPolygon): MutablePolygon {
  return polygon.map((ring) => ring.map(([lon, lat]): [number, number] => [lon, lat]));
}

/** Joins lines whose ends are the same point until none is left to join. */
export function joinLines(lines: readonly (readonly LonLat[])[]): LonLat[][] {
  const open = lines.filter((line) => line.length > 1).map((line) => [...line]);
  const joined: LonLat[][] = [];
  for (let line = open.pop(); line !== undefined; line = open.pop()) {
    let grew = !isClosed(line);
    while (grew) {
      grew = false;
      for (const [index, other] of open.entries()) {
        const longer = attach(line, other);
        if (longer === undefined) continue;
        line = longer;
        open.splice(index, 1);
        grew = !isClosed(line);
        break;
      }
    }
    joined.push(line);
  }
  return joined.reverse();
}

function attach(line: LonLat[], other: LonLat[]): LonLat[] | undefined {
  if (same(line.at(-1), other[0])) return [...line, ...other.slice(1)];
  if (same(other.at(-1), line[0])) return [...other, ...line.slice(1)];
  return undefined;
}

export function isClosed(line: readonly LonLat[]): boolean {
  return line.length > 3 && same(line[0], line.at(-1));
}

function same(a: LonLat | undefined, b: LonLat | undefined): boolean {
  return a !== undefined && b !== undefined && a[0] === b[0] && a[1] === b[1];
}
