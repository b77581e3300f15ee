import type { LocalizedText } from '#devices/model/localized-text.ts';
import { extrude } from '../mesh/extrude.ts';
import { circle, loft, meanOf } from '../mesh/loft.ts';
import { boxCentre, type Ring } from '../mesh/plane.ts';
import type { Feature, FeatureTags } from '../read/feature.ts';
import type { BuildingOverride } from '../read/pack.ts';
import { buildingColours } from '../style/palette.ts';
import type { TileCanvas } from '../tile/tile-canvas.ts';
import { type Building, composeBuildings } from './compose-buildings.ts';

/** Corners of a round landmark. */
const ROUND_CORNERS = 28;

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

/** Raises all buildings, each in one tile; returns how many there are. */
export function drawBuildings(
  canvas: TileCanvas,
  features: readonly Feature[],
  overrides: Readonly<Record<string, BuildingOverride>>,
): number {
  const buildings = composeBuildings(features, overrides, canvas.frame);
  for (const building of buildings) drawBuilding(canvas, building, overrides[building.feature.id]);
  return buildings.length;
}

function drawBuilding(canvas: TileCanvas, building: Building, override?: BuildingOverride): void {
  const { feature, solids, footprint, height } = building;
  const outer = solids[0]?.polygon[0] as Ring;
  const tile = canvas.tileAt(buildingDepth(height.height, footprint), boxCentre(outer));
  const row = tile.rows.length;
  tile.rows.push({
    id: feature.id,
    name: { ...nameOf(feature.tags), ...override?.name },
    levels: Math.min(255, Math.round(height.levels)),
    height: height.height,
    heightSource: height.source,
  });
  if (override?.profile) {
    const { foot, roof } = buildingColours(height.height);
    const ring = override.radius === undefined ? outer : circle(meanOf(outer), override.radius, ROUND_CORNERS);
    loft(tile.mesh, ring, { levels: override.profile, feature: row, foot, roof });
    return;
  }
  for (const { polygon, base, top } of solids) {
    extrude(tile.mesh, polygon, { base, top, feature: row, ...buildingColours(top) });
  }
}

/** The source's names; `name:zh` and `name:en` where it has them. */
export function nameOf(tags: FeatureTags): LocalizedText {
  const { name: local, 'name:zh': zh, 'name:en': en } = tags;
  return { ...(local && { local }), ...(zh && { zh }), ...(en && { en }) };
}
