import type { LocalizedText } from '#devices/model/localized-text.ts';
import { extrude } from '../mesh/extrude.ts';
import { boxCentre, type Polygon, planePolygons, polygonArea } from '../mesh/plane.ts';
import type { Feature, FeatureTags } from '../read/feature.ts';
import type { BuildingOverride } from '../read/pack.ts';
import { type BuildingHeight, buildingHeight } from '../style/building-height.ts';
import { buildingColours } from '../style/palette.ts';
import type { TileCanvas } from '../tile/tile-canvas.ts';

/** Metres from floor to floor of parts that begin on a storey and not at a height. */
const PART_STOREY = 3.1;

interface Building {
  readonly feature: Feature;
  readonly polygons: readonly Polygon[];
  /** m² */
  readonly footprint: number;
  readonly height: BuildingHeight;
}

/**
 * The depth of the quadtree at which a building appears: towers and halls are seen from afar, houses from some
 * kilometres, sheds only near.
 */
export function buildingDepth(height: number, footprint: number): number {
  if (height >= 50) return 0;
  if (height >= 26 || footprint >= 5000) return 1;
  if (height >= 9 || footprint >= 450) return 2;
  return footprint >= 55 ? 3 : 4;
}

/** Raises all buildings; returns how many have a shape to raise. */
export function drawBuildings(
  canvas: TileCanvas,
  features: readonly Feature[],
  overrides: Readonly<Record<string, BuildingOverride>>,
): number {
  let count = 0;
  for (const feature of features) {
    const building = shapeOf(canvas, feature, overrides[feature.id]);
    if (!building) continue;
    drawBuilding(canvas, building, overrides[feature.id]);
    count++;
  }
  return count;
}

function shapeOf(canvas: TileCanvas, feature: Feature, override?: BuildingOverride): Building | undefined {
  const polygons = planePolygons(feature, canvas.frame);
  if (polygons.length === 0) return undefined;
  const footprint = polygons.reduce((area, polygon) => area + polygonArea(polygon), 0);
  const found = buildingHeight(feature.id, feature.tags, footprint);
  const height: BuildingHeight =
    override?.height === undefined ? found : { ...found, height: override.height, source: 'ours' };
  return { feature, polygons, footprint, height };
}

function drawBuilding(canvas: TileCanvas, building: Building, override?: BuildingOverride): void {
  const { feature, polygons, footprint, height } = building;
  const outer = polygons[0]?.[0] ?? [];
  const tile = canvas.tileAt(buildingDepth(height.height, footprint), boxCentre(outer));
  const row = tile.rows.length;
  tile.rows.push({
    id: feature.id,
    name: { ...nameOf(feature.tags), ...override?.name },
    levels: Math.min(255, Math.round(height.levels)),
    height: height.height,
    heightSource: height.source,
  });
  const base = Math.min(baseOf(feature.tags), height.height - 1);
  const colours = buildingColours(height.height);
  for (const polygon of polygons) {
    extrude(tile.mesh, polygon, { base, top: height.height, feature: row, ...colours });
  }
}

function baseOf(tags: FeatureTags): number {
  const metres = Number.parseFloat(tags.min_height ?? '');
  if (metres > 0) return metres;
  const level = Number.parseFloat(tags['building:min_level'] ?? '');
  return level > 0 ? level * PART_STOREY : 0;
}

/** The source's names; `name:zh` and `name:en` where it has them. */
export function nameOf(tags: FeatureTags): LocalizedText {
  const [local, zh, en] = [tags.name, tags['name:zh'], tags['name:en']];
  return { ...(local && { local }), ...(zh && { zh }), ...(en && { en }) };
}
