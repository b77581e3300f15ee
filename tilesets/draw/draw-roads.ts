import { planeLines } from '../mesh/plane.ts';
import { ribbon } from '../mesh/ribbon.ts';
import type { Feature } from '../read/feature.ts';
import { RAIL, type RoadClass, roadClassOf, roadWidth, SIDING } from '../style/road-class.ts';
import type { TileCanvas } from '../tile/tile-canvas.ts';

/** Roads and paths as ribbons of their class. Returns how many were drawn. */
export function drawRoads(canvas: TileCanvas, features: readonly Feature[]): number {
  let count = 0;
  for (const feature of features) {
    const road = roadClassOf(feature.tags);
    if (!road) continue;
    drawRibbons(canvas, feature, road, roadWidth(feature.tags, road));
    count++;
  }
  return count;
}

const TRACKS = new Set(['rail', 'light_rail', 'tram', 'narrow_gauge']);

/** Railways that trains use. Returns how many were drawn. */
export function drawRails(canvas: TileCanvas, features: readonly Feature[]): number {
  let count = 0;
  for (const feature of features) {
    if (!TRACKS.has(feature.tags.railway ?? '')) continue;
    const rail = feature.tags.service === undefined ? RAIL : SIDING;
    drawRibbons(canvas, feature, rail, rail.width);
    count++;
  }
  return count;
}

function drawRibbons(canvas: TileCanvas, feature: Feature, road: RoadClass, width: number): void {
  for (const line of planeLines(feature, canvas.frame)) {
    const raised = line.map(([x, y]) => [x, y, road.height] as const);
    for (const shape of ribbon(raised, { width, caps: 'round' })) canvas.flat(road.depth, shape, road.colour);
  }
}
