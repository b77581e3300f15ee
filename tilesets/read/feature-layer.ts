import type { FeatureTags } from './feature.ts';

/** The files under a pack's `features/`, and what the city is drawn from. */
export const FEATURE_LAYERS = ['buildings', 'roads', 'rails', 'water', 'land', 'places'] as const;
export type FeatureLayer = (typeof FEATURE_LAYERS)[number];

const LAND_KEYS = ['landuse', 'leisure', 'natural'] as const;
const PLACE_KEYS = ['amenity', 'place', 'power', 'man_made', 'tourism', 'historic', 'public_transport'] as const;
const PLACE_HIGHWAYS = new Set(['traffic_signals', 'bus_stop', 'street_lamp']);

/**
 * The layer of an OSM object, by its tags; undefined where it is neither drawn nor a place of a Thing
 * (fences, crossings, entrances, shops).
 */
export function layerOf(tags: FeatureTags, kind: 'point' | 'lines' | 'polygons'): FeatureLayer | undefined {
  if (tags.building !== undefined || tags['building:part'] !== undefined) return 'buildings';
  if (kind === 'point') return isPlace(tags) ? 'places' : undefined;
  if (tags.highway !== undefined) return 'roads';
  if (tags.railway !== undefined) return 'rails';
  if (tags.natural === 'water' || tags.waterway !== undefined || tags.landuse === 'reservoir') return 'water';
  if (tags.power !== undefined || tags.man_made === 'wastewater_plant') return 'places';
  if (LAND_KEYS.some((key) => tags[key] !== undefined) || tags.amenity === 'parking') return 'land';
  return isPlace(tags) ? 'places' : undefined;
}

function isPlace(tags: FeatureTags): boolean {
  if (PLACE_HIGHWAYS.has(tags.highway ?? '')) return true;
  return tags.railway === 'station' || PLACE_KEYS.some((key) => tags[key] !== undefined);
}

/** Whether a closed line with these tags is the edge of an area and not a way along it. */
export function isAreaTags(tags: FeatureTags): boolean {
  if (tags.building !== undefined || tags['building:part'] !== undefined) return true;
  if (['highway', 'railway', 'barrier', 'boundary'].some((key) => tags[key] !== undefined)) return tags.area === 'yes';
  return LAND_KEYS.some((key) => tags[key] !== undefined && tags[key] !== 'tree_row') || tags.amenity !== undefined;
}
