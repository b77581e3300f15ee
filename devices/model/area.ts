import type { LocalizedText } from './localized-text.ts';

/** Stable id of an area; Chinese cities use the division code (GB/T 2260 and its town codes). */
export type AreaId = string & { readonly __brand: 'AreaId' };

/** The three levels of command: city 市, county or district 县/区, town or sub-district 镇/街道. */
export type AreaLevel = 'city' | 'county' | 'town';

export interface Area {
  readonly id: AreaId;
  readonly level: AreaLevel;
  readonly name: LocalizedText;
  /** Absent for the city itself. */
  readonly parent?: AreaId;
  /** The boundary is our own drawing and not an official one. */
  readonly approximate?: boolean;
  /** Outer rings, [lon, lat] degrees, first point not repeated; a point in any ring is in the area. */
  readonly rings: readonly (readonly (readonly [lon: number, lat: number])[])[];
}
