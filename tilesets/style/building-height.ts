import type { FeatureTags } from '../read/feature.ts';

/**
 * Where a height comes from: the source's metres, its storeys, the kind of building, its size alone, or this project's
 * own list of landmarks.
 */
export const HEIGHT_SOURCES = ['height', 'levels', 'type', 'default', 'ours'] as const;
export type HeightSource = (typeof HEIGHT_SOURCES)[number];

export interface BuildingHeight {
  /** Metres above ground of the highest roof. */
  readonly height: number;
  readonly source: HeightSource;
  /** Storeys as the source gives them; 0 where it gives none. */
  readonly levels: number;
}

/** Metres from floor to floor, the entrance's rise and the parapet not counted. */
const STOREY = 3.1;
const COMMERCIAL_STOREY = 3.8;
const COMMERCIAL = new Set(['commercial', 'office', 'retail', 'hotel', 'hospital', 'school', 'university', 'public']);

/** Heights in metres [low, high] of kinds of building that come without storeys. */
const BY_TYPE: Readonly<Record<string, readonly [number, number]>> = {
  apartments: [15, 18.5],
  dormitory: [15, 18.5],
  residential: [9, 15],
  house: [4.2, 7.4],
  detached: [4.2, 7.4],
  garage: [2.6, 3],
  garages: [2.7, 3.1],
  hangar: [7, 10],
  industrial: [6, 11],
  manufacture: [7, 11],
  warehouse: [6, 9],
  tank: [6, 10],
  roof: [4.5, 5.5],
  kiosk: [2.8, 3.2],
  school: [10, 12],
  kindergarten: [6.5, 7.5],
  hospital: [11, 16],
  university: [12, 17],
  college: [11, 14],
  office: [12, 18],
  hotel: [14, 22],
  commercial: [7, 12],
  retail: [6, 9],
  public: [8, 12],
  church: [14, 18],
  train_station: [14, 16],
  construction: [6, 16],
};

/**
 * The height of a building: as given, else by storeys, else a plausible one by kind, else by footprint (m²).
 * The choice is the same in every build: it varies only with `id`.
 */
export function buildingHeight(id: string, tags: FeatureTags, footprint: number): BuildingHeight {
  const levels = levelsOf(tags);
  const metres = Number.parseFloat(tags.height ?? tags['building:height'] ?? '');
  if (metres > 0 && metres < 1000) return { height: metres, source: 'height', levels };
  const type = tags.building ?? tags['building:part'] ?? 'yes';
  if (levels > 0) return { height: heightOfLevels(id, type, levels, footprint), source: 'levels', levels };
  const range = BY_TYPE[type] ?? byPlace(tags);
  if (range) return { height: between(id, range), source: 'type', levels };
  return { height: between(id, byFootprint(footprint)), source: 'default', levels };
}

function levelsOf(tags: FeatureTags): number {
  const levels = Number.parseFloat(tags['building:levels'] ?? '');
  return levels > 0 && levels < 200 ? levels : 0;
}

function heightOfLevels(id: string, type: string, levels: number, footprint: number): number {
  if (levels === 1) return footprint > 1200 ? between(id, [6, 8.5]) : between(id, [3.6, 5.2]);
  const storey = COMMERCIAL.has(type) ? COMMERCIAL_STOREY : STOREY;
  return levels * storey + 1.4;
}

function byPlace(tags: FeatureTags): readonly [number, number] | undefined {
  return BY_TYPE[tags.amenity ?? ''] ?? BY_TYPE[tags.tourism ?? ''];
}

function byFootprint(footprint: number): readonly [number, number] {
  if (footprint < 45) return [2.6, 3.2];
  if (footprint < 220) return [3.8, 6.8];
  if (footprint < 600) return [5, 8.5];
  if (footprint < 2500) return [7, 12];
  return [8, 13];
}

function between(id: string, [low, high]: readonly [number, number]): number {
  return low + (high - low) * hash01(id);
}

/** 0 ≤ result < 1, the same for the same text (FNV-1a, 32 bit, with a final mix). */
export function hash01(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 12)) >>> 0) / 2 ** 32;
}
