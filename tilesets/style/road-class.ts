import type { FeatureTags } from '../read/feature.ts';
import { type Colour, fromHex } from './colour.ts';

/** How a way of the road network is drawn. */
export interface RoadClass {
  /** Metres from kerb to kerb where the source does not say. */
  readonly width: number;
  /** Metres above the ground plane; each class lies over the classes below it. */
  readonly height: number;
  readonly colour: Colour;
  /** Depth of the quadtree at which it appears: 0 is seen from farthest. */
  readonly depth: number;
  /** Cars drive on it: it takes part in ramps and flyovers. */
  readonly driven: boolean;
}

const step = (width: number, rank: number, hex: string, depth: number, driven = true): RoadClass => ({
  width,
  height: 0.05 + rank * 0.07,
  colour: fromHex(hex),
  depth,
  driven,
});

const PATH = step(2.5, 0, '#18212B', 4, false);
const PEDESTRIAN = step(6, 1, '#1A242F', 3, false);
const SERVICE = step(5, 2, '#1C2733', 3);
const RESIDENTIAL = step(7, 3, '#202C39', 2);
const TERTIARY = step(9, 4, '#273441', 1);
const SECONDARY = step(11, 5, '#2D3B4A', 1);
const PRIMARY = step(13, 6, '#344353', 0);
const TRUNK = step(14, 7, '#3A4A5C', 0);

/** OSM `highway` (https://wiki.openstreetmap.org/wiki/Key:highway) to the class it is drawn as. */
const CLASSES: Readonly<Record<string, RoadClass>> = {
  motorway: TRUNK,
  trunk: TRUNK,
  motorway_link: { ...TRUNK, width: 8 },
  trunk_link: { ...TRUNK, width: 8 },
  primary: PRIMARY,
  primary_link: { ...PRIMARY, width: 8 },
  secondary: SECONDARY,
  secondary_link: { ...SECONDARY, width: 7 },
  tertiary: TERTIARY,
  tertiary_link: { ...TERTIARY, width: 7 },
  unclassified: RESIDENTIAL,
  residential: RESIDENTIAL,
  living_street: RESIDENTIAL,
  road: RESIDENTIAL,
  construction: { ...RESIDENTIAL, colour: fromHex('#1A232D') },
  service: SERVICE,
  rest_area: SERVICE,
  track: { ...PATH, width: 4 },
  pedestrian: PEDESTRIAN,
  footway: PATH,
  path: PATH,
  cycleway: { ...PATH, width: 3 },
  steps: PATH,
};

export function roadClassOf(tags: FeatureTags): RoadClass | undefined {
  return CLASSES[tags.highway ?? ''];
}

/** Metres: `width` if given, else the lanes of 3.5 m, else the class's; a one-way carriageway is a third narrower. */
export function roadWidth(tags: FeatureTags, road: RoadClass): number {
  const given = Number.parseFloat(tags.width ?? '');
  if (given >= 2 && given <= 40) return given;
  const lanes = Number.parseInt(tags.lanes ?? '', 10);
  if (road.driven && lanes >= 1 && lanes <= 10) return Math.max(lanes * 3.5, 5);
  return tags.oneway === 'yes' && road.width > 8 ? road.width * 0.7 : road.width;
}

export const RAIL = step(3.2, 8, '#1E2731', 1, false);
export const SIDING: RoadClass = { ...RAIL, depth: 3 };
