import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Feature, FeatureTags } from '../read/feature.ts';
import { FEATURE_LAYERS, type FeatureLayer, isAreaTags, layerOf } from '../read/feature-layer.ts';
import { encodeFeatureLines } from '../read/feature-lines.ts';
import { joinPieces } from '../read/join-pieces.ts';
import { type FeaturePiece, readOsmQaTile } from '../read/osm-qa.ts';

/** The keys that a city is drawn, named and measured by; all others (phones, web pages, sources) stay behind. */
const KEPT_KEYS = new Set(
  `building building:levels building:min_level building:part building:height building:roof:shape building:roof:height
  height min_height roof:shape name name:kk name:ru name:en name:zh int_name highway service footway area oneway lanes
  width bridge tunnel layer covered ref railway electrified usage natural water waterway intermittent seasonal landuse
  leisure amenity capacity parking power voltage man_made generator:source tourism historic place public_transport
  addr:street addr:housenumber construction covered operator shelter`.split(/\s+/),
);

/** Astana of OSM QA Tiles, as the npm package @mapbox/mvt-fixtures carries it (ODbL, data of December 2017). */
export async function readAstana(): Promise<Feature[]> {
  return joinPieces(await readAstanaPieces(), isAreaTags);
}

/** The same, tile by tile: what lies across a tile's edge comes in pieces. */
export async function readAstanaPieces(): Promise<FeaturePiece[]> {
  const folder = join(
    dirname(fileURLToPath(import.meta.resolve('@mapbox/mvt-fixtures'))),
    'real-world',
    'osm-qa-astana',
  );
  const pieces: FeaturePiece[] = [];
  for (const file of (await readdir(folder)).sort()) {
    const address = /^(\d+)-(\d+)-(\d+)\.mvt$/.exec(file);
    if (!address) continue;
    const [z, x, y] = address.slice(1).map(Number) as [number, number, number];
    pieces.push(...readOsmQaTile(await readFile(join(folder, file)), z, x, y));
  }
  return pieces;
}

/** Sorts features into the pack's layers; ids in numeric order, so that the same source gives the same pack. */
export function sortIntoLayers(features: readonly Feature[]): Map<FeatureLayer, Feature[]> {
  const layers = new Map<FeatureLayer, Feature[]>(FEATURE_LAYERS.map((layer) => [layer, []]));
  for (const feature of features) {
    const layer = layerOf(feature.tags, feature.geometry.kind);
    if (layer) layers.get(layer)?.push({ ...feature, tags: keptTags(feature.tags) });
  }
  for (const list of layers.values()) list.sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
  return layers;
}

function keptTags(tags: FeatureTags): FeatureTags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => KEPT_KEYS.has(key)));
}

/** Writes `features/*.json.gz` of the pack. */
export async function extractAstana(packDir: string): Promise<void> {
  const folder = join(packDir, 'features');
  await mkdir(folder, { recursive: true });
  for (const [layer, features] of sortIntoLayers(await readAstana())) {
    const bytes = encodeFeatureLines(features);
    await writeFile(join(folder, `${layer}.json.gz`), bytes);
    console.log(`${layer}: ${features.length} features, ${(bytes.length / 1024).toFixed(0)} KiB`);
  }
}
