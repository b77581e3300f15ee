import type { LonLat } from '../read/feature.ts';
import type { Site } from './thing-sites.ts';

interface Plant {
  readonly type: 'power-plant' | 'water-plant';
  readonly zh: string;
  readonly en: string;
  readonly units: number;
  /** The first unit, and the step to the next in degrees. */
  readonly at: LonLat;
  readonly step: LonLat;
  /** The hall that the units stand in, and its roof, where their symbols are seen. */
  readonly building?: string;
  readonly height?: number;
}

/**
 * The works whose units speak OPC UA. They stand where the source has a power plant (TETs-2, way 112180079), chimneys
 * (nodes 4428377189 and 2642482537), wastewater works (ways 507994813 and 257751851) or reservoirs; the names of all
 * but TETs-2 are ours. 18 heat and power units of 20 variables and 16 water lines of 12 are 552 variables.
 */
const PLANTS: readonly Plant[] = [
  {
    type: 'power-plant',
    zh: '第二热电厂',
    en: 'TETs-2',
    units: 8,
    at: [71.509, 51.19],
    step: [0.00032, -0.00014],
    building: 'osm:way/258628267',
    height: 38,
  },
  {
    type: 'power-plant',
    zh: '东区热源厂',
    en: 'East heat plant',
    units: 6,
    at: [71.508, 51.1676],
    step: [0.00028, -0.00016],
    building: 'osm:way/500375662',
    height: 26,
  },
  {
    type: 'power-plant',
    zh: '西北热源厂',
    en: 'North-west heat plant',
    units: 4,
    at: [71.3506, 51.2175],
    step: [0.0003, -0.0003],
  },
  {
    type: 'water-plant',
    zh: '塔勒德科尔水厂',
    en: 'Taldykol water works',
    units: 10,
    at: [71.3281, 51.1404],
    step: [0.00035, 0.00015],
  },
  {
    type: 'water-plant',
    zh: '北区水厂',
    en: 'North water works',
    units: 6,
    at: [71.4536, 51.2148],
    step: [0.0004, -0.00012],
  },
];

export function plantSites(): Site[] {
  return PLANTS.flatMap(({ type, zh, en, units, at, step, building, height }) =>
    Array.from({ length: units }, (_, i): Site => {
      const place: LonLat = [at[0] + step[0] * i, at[1] + step[1] * i];
      const name = { zh: `${zh} ${i + 1} 号机组`, en: `${en} unit ${i + 1}` };
      const hall = { ...(building && { building }), ...(height && { height }) };
      return { type, ...hall, at: [Math.round(place[0] * 1e6) / 1e6, Math.round(place[1] * 1e6) / 1e6], name };
    }),
  );
}
