import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import type { FeatureTags, LonLat, LonLatPolygon } from './feature.ts';

/** What one tile holds of an OSM object. */
export interface FeaturePiece {
  /** `osm:way/123` */
  readonly id: string;
  /** Of the object; not of the mapper: keys that begin with `@` (user, changeset, time) are left behind. */
  readonly tags: FeatureTags;
  readonly points: readonly LonLat[];
  readonly lines: readonly (readonly LonLat[])[];
  readonly polygons: readonly LonLatPolygon[];
}

/**
 * Reads one tile of OSM QA Tiles (https://osmlab.github.io/osm-qa-tiles/): MVT with the layer `osm`, every object with
 * all its tags, cut at the tile's edge. `z`, `x`, `y` are the tile's address (EPSG:3857, XYZ).
 *
 * @throws Error where the tile has no layer `osm`.
 */
export function readOsmQaTile(bytes: Uint8Array, z: number, x: number, y: number): FeaturePiece[] {
  const layer = new VectorTile(new PbfReader(bytes)).layers.osm;
  if (!layer) {
    throw new Error(`Tile ${z}/${x}/${y} has no layer "osm": it is not an OSM QA tile. Read it with another reader.`);
  }
  const pieces: FeaturePiece[] = [];
  for (let i = 0; i < layer.length; i++) {
    const feature = layer.feature(i);
    const type = feature.properties['@type'];
    const id = feature.properties['@id'];
    pieces.push({
      id: `osm:${type}/${id}`,
      tags: objectTags(feature.properties),
      ...geometryOf(feature.toGeoJSON(x, y, z).geometry as GeoJsonGeometry),
    });
  }
  return pieces;
}

type Position = [number, number];
type GeoJsonGeometry =
  | { type: 'Point'; coordinates: Position }
  | { type: 'MultiPoint'; coordinates: Position[] }
  | { type: 'LineString'; coordinates: Position[] }
  | { type: 'MultiLineString'; coordinates: Position[][] }
  | { type: 'Polygon'; coordinates: Position[][] }
  | { type: 'MultiPolygon'; coordinates: Position[][][] };

function geometryOf(geometry: GeoJsonGeometry): Pick<FeaturePiece, 'points' | 'lines' | 'polygons'> {
  const none = { points: [], lines: [], polygons: [] };
  switch (geometry.type) {
    case 'Point':
      return { ...none, points: [geometry.coordinates] };
    case 'MultiPoint':
      return { ...none, points: geometry.coordinates };
    case 'LineString':
      return { ...none, lines: [geometry.coordinates] };
    case 'MultiLineString':
      return { ...none, lines: geometry.coordinates };
    case 'Polygon':
      return { ...none, polygons: [geometry.coordinates.map(openRing)] };
    case 'MultiPolygon':
      return { ...none, polygons: geometry.coordinates.map((rings) => rings.map(openRing)) };
  }
}

/** GeoJSON repeats the first point of a ring; ours do not. */
function openRing(ring: readonly Position[]): Position[] {
  return ring.slice(0, -1);
}

function objectTags(properties: Record<string, unknown>): FeatureTags {
  const tags: Record<string, string> = {};
  for (const [key, value] of Object.entries(properties)) {
    if (!key.startsWith('@') && value !== undefined && value !== null) tags[key] = String(value);
  }
  return tags;
}
