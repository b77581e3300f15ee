import { planeLines } from '../mesh/plane.ts';
import { type RaisedPoint, ribbon } from '../mesh/ribbon.ts';
import { raiseWays } from '../mesh/road-elevation.ts';
import type { Feature, FeatureTags } from '../read/feature.ts';
import { mix } from '../style/colour.ts';
import { GROUND } from '../style/palette.ts';
import { RAIL, type RoadClass, roadClassOf, roadWidth, SIDING } from '../style/road-class.ts';
import type { TileCanvas } from '../tile/tile-canvas.ts';

/** Metres from the road below to the deck of a bridge, for each OSM `layer`; less for lanes over a ditch. */
const DECK = 5.5;
const LOW_DECK = 2.5;
/** Metres of a bridge's slab seen from the side. */
const SLAB = 1.1;
/** Above this a road shows its sides. */
const SHOWS_SIDE = 0.25;

interface Carriageway {
  readonly road: RoadClass;
  readonly width: number;
  readonly bridge: boolean;
  readonly line: ReturnType<typeof planeLines>[number];
  readonly deck: number;
}

/** Roads and paths as ribbons of their class, bridges raised with ramps before them. Returns how many were drawn. */
export function drawRoads(canvas: TileCanvas, features: readonly Feature[]): number {
  let count = 0;
  const ways: Carriageway[] = [];
  for (const feature of features) {
    const road = roadClassOf(feature.tags);
    if (!road || isUnderground(feature.tags)) continue;
    const bridge = (feature.tags.bridge ?? 'no') !== 'no';
    const deck = bridge ? deckOf(feature.tags, road) : 0;
    const width = roadWidth(feature.tags, road);
    for (const line of planeLines(feature, canvas.frame)) ways.push({ road, width, bridge, line, deck });
    count++;
  }
  for (const [i, line] of raiseWays(ways).entries()) drawWay(canvas, line, ways[i] as Carriageway);
  return count;
}

function deckOf(tags: FeatureTags, { width, driven }: RoadClass): number {
  const layer = Number.parseInt(tags.layer ?? '1', 10);
  if (driven && width < 6) return LOW_DECK;
  return DECK * Math.min(3, Math.max(1, layer || 1));
}

/** Underpasses run below the picture; passages through buildings are hidden by the building itself. */
function isUnderground(tags: FeatureTags): boolean {
  return tags.tunnel === 'yes' || Number.parseInt(tags.layer ?? '0', 10) < 0;
}

const TRACKS = new Set(['rail', 'light_rail', 'tram', 'narrow_gauge']);

/** Railways that trains use. Returns how many were drawn. */
export function drawRails(canvas: TileCanvas, features: readonly Feature[]): number {
  let count = 0;
  for (const feature of features) {
    if (!TRACKS.has(feature.tags.railway ?? '')) continue;
    const road = feature.tags.service === undefined ? RAIL : SIDING;
    for (const line of planeLines(feature, canvas.frame)) {
      const flat = line.map(([x, y]): RaisedPoint => [x, y, 0]);
      drawWay(canvas, flat, { road, width: road.width, bridge: false, line, deck: 0 });
    }
    count++;
  }
  return count;
}

function drawWay(canvas: TileCanvas, line: readonly RaisedPoint[], { road, width, bridge }: Carriageway): void {
  const raised = line.map(([x, y, height]): RaisedPoint => [x, y, height + road.height]);
  const side = mix(GROUND.plate, road.colour, bridge ? 0.55 : 0.3);
  for (const shape of ribbon(raised, { width, caps: 'round' })) {
    canvas.flat(road.depth, shape, road.colour);
    const high = shape.some(([, , height]) => height > road.height + SHOWS_SIDE);
    if (!high) continue;
    for (const [i, from] of shape.entries()) {
      const to = shape[(i + 1) % shape.length] as (typeof shape)[number];
      // Of a segment's quad only the two long sides are seen; the others lie inside the road.
      if (shape.length === 4 && i % 2 === 1) continue;
      const foot = (height: number) => (bridge ? height - SLAB : -0.5);
      canvas.wall(road.depth, from, to, foot(from[2]), foot(to[2]), side);
    }
  }
}
