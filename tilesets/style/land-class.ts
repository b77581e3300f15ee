import type { FeatureTags } from '../read/feature.ts';
import type { Colour } from './colour.ts';
import { GROUND } from './palette.ts';

/** How an area of the ground is drawn. */
export interface LandClass {
  readonly colour: Colour;
  /** Metres against the ground plane; below 0, so that roads lie over it. */
  readonly height: number;
  /** Its edge melts into the ground over this many metres. */
  readonly soft: number;
}

const land = (colour: Colour, height: number, soft = 0): LandClass => ({ colour, height, soft });

const INDUSTRIAL = land(GROUND.industrial, -0.75);
const RESIDENTIAL = land(GROUND.residential, -0.8);
const PAVEMENT = land(GROUND.pavement, -0.3);
const WOOD = land(GROUND.wood, -0.7, 20);
const MEADOW = land(GROUND.meadow, -0.65, 10);
const PARK = land(GROUND.park, -0.6);
const GRASS = land(GROUND.green, -0.5);
const PITCH = land(GROUND.pitch, -0.35);
const SAND = land(GROUND.sand, -0.4);

const BY_LANDUSE: Readonly<Record<string, LandClass>> = {
  industrial: INDUSTRIAL,
  railway: INDUSTRIAL,
  garages: INDUSTRIAL,
  military: INDUSTRIAL,
  landfill: INDUSTRIAL,
  construction: INDUSTRIAL,
  brownfield: INDUSTRIAL,
  commercial: RESIDENTIAL,
  retail: RESIDENTIAL,
  residential: RESIDENTIAL,
  forest: WOOD,
  orchard: WOOD,
  cemetery: WOOD,
  grass: GRASS,
  village_green: GRASS,
  meadow: MEADOW,
  farmland: MEADOW,
  allotments: MEADOW,
  greenfield: MEADOW,
};

const BY_LEISURE: Readonly<Record<string, LandClass>> = {
  park: PARK,
  garden: PARK,
  common: GRASS,
  pitch: PITCH,
  track: PITCH,
  stadium: PAVEMENT,
  sports_centre: PAVEMENT,
  playground: SAND,
};

const BY_NATURAL: Readonly<Record<string, LandClass>> = {
  wood: WOOD,
  scrub: MEADOW,
  grassland: MEADOW,
  wetland: MEADOW,
  beach: SAND,
  sand: SAND,
};

/** The class of an area of OSM `landuse`, `leisure`, `natural` or of a car park; undefined where it is not drawn. */
export function landClassOf(tags: FeatureTags): LandClass | undefined {
  return (
    BY_LEISURE[tags.leisure ?? ''] ??
    BY_NATURAL[tags.natural ?? ''] ??
    BY_LANDUSE[tags.landuse ?? ''] ??
    (tags.amenity === 'parking' ? PAVEMENT : undefined)
  );
}
