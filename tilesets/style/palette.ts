import { type Colour, fromHex, mix } from './colour.ts';

/** The ground layers' colours: the screen's tokens (ground, water, green) and quiet steps beside them. */
export const GROUND = {
  plate: fromHex('#0B1016'),
  residential: fromHex('#0D131A'),
  industrial: fromHex('#10161D'),
  pavement: fromHex('#151D26'),
  water: fromHex('#0E2333'),
  green: fromHex('#10241C'),
  park: fromHex('#122A20'),
  wood: fromHex('#0E2019'),
  meadow: fromHex('#0E1B19'),
  sand: fromHex('#1B1F20'),
  pitch: fromHex('#15302A'),
} as const satisfies Record<string, Colour>;

const WALL_FOOT = fromHex('#2B3644');
const WALL_LOW = fromHex('#36434F');
const WALL_HIGH = fromHex('#4B5D70');
const ROOF_LOW = fromHex('#3F4E5E');
const ROOF_HIGH = fromHex('#55677C');

export interface BuildingColours {
  readonly foot: Colour;
  readonly wall: Colour;
  readonly roof: Colour;
}

/** Lighter with height: houses stay quiet and the skyline stands out. `top` in metres above ground. */
export function buildingColours(top: number): BuildingColours {
  const rise = Math.min(1, Math.max(0, (top - 4) / 70)) ** 0.6;
  return { foot: WALL_FOOT, wall: mix(WALL_LOW, WALL_HIGH, rise), roof: mix(ROOF_LOW, ROOF_HIGH, rise) };
}
