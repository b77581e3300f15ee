/** A point of the source: degrees, WGS 84. */
export type LonLat = readonly [lon: number, lat: number];

/** Points of a closed boundary; the first point is not repeated at the end. */
export type LonLatRing = readonly LonLat[];

/** The outer ring and then its holes. */
export type LonLatPolygon = readonly LonLatRing[];

/** What a feature covers. A way that a source cut into pieces is one feature again here. */
export type FeatureGeometry =
  | { readonly kind: 'point'; readonly at: LonLat }
  | { readonly kind: 'lines'; readonly lines: readonly (readonly LonLat[])[] }
  | { readonly kind: 'polygons'; readonly polygons: readonly LonLatPolygon[] };

/** OSM keys and values (https://wiki.openstreetmap.org/wiki/Map_features); numbers are written as text. */
export type FeatureTags = Readonly<Record<string, string>>;

/** One object of the source, whatever it was drawn as. */
export interface Feature {
  /** Stable across builds: `osm:way/123`, `osm:node/5`. */
  readonly id: string;
  readonly tags: FeatureTags;
  readonly geometry: FeatureGeometry;
}
