import type { Area, AreaId, AreaLevel } from '#devices/model/area.ts';
import type { LocalizedText } from '#devices/model/localized-text.ts';
import type { LonLatBox } from '#devices/model/location.ts';
import { ringContains } from '../mesh/plane.ts';
import type { Feature, LonLat } from '../read/feature.ts';
import { joinLines } from '../read/join-pieces.ts';

/** The main course of the Ishim through the city, way by way. */
const RIVER_WAYS = new Set(
  [
    258827496, 258827494, 258827495, 259505846, 259505842, 39362492, 166197013, 39363142, 23995952, 122345892,
    122345894, 259266981, 39363472, 150324568,
  ].map((id) => `osm:way/${id}`),
);

/** Where the Respublika and Bogenbay Batyr avenues, the railway and Kabanbay Batyr Avenue divide the banks. */
const RESPUBLIKA: readonly LonLat[] = [
  [71.4313, 51.1543],
  [71.428, 51.1627],
  [71.4264, 51.1683],
  [71.424, 51.1775],
];
const BOGENBAY: readonly LonLat[] = [
  [71.4376, 51.1789],
  [71.4477, 51.1839],
];
const ZHENIS: readonly LonLat[] = [
  [71.4108, 51.1595],
  [71.4099, 51.1632],
  [71.408, 51.1693],
  [71.4065, 51.1752],
  [71.4066, 51.1915],
  [71.4027, 51.1982],
];
const RAILWAY_EAST: readonly LonLat[] = [
  [71.4866, 51.1701],
  [71.5446, 51.1481],
];
const RAILWAY_NORTH: readonly LonLat[] = [
  [71.3833, 51.2102],
  [71.364, 51.2302],
  [71.3546, 51.2446],
];
const KABANBAY: readonly LonLat[] = [
  [71.3985, 51.1606],
  [71.4035, 51.149],
  [71.4065, 51.1385],
  [71.3995, 51.113],
  [71.3905, 51.086],
];

/**
 * The city and its five districts, drawn by this project along the river, the railway and main roads: an approximation
 * and not the official boundary. Neighbours share their border point by point, and together they are the bounds.
 */
export function astanaAreas(water: readonly Feature[], bounds: LonLatBox): Area[] {
  const [west, south, east, north] = bounds;
  const river = riverCourse(water, bounds);
  const upTo = (point: LonLat) => nearestIndex(river, point);
  const [zhenis, respublika, kabanbay] = [
    upTo(ZHENIS[0] as LonLat),
    upTo(RESPUBLIKA[0] as LonLat),
    upTo(KABANBAY[0] as LonLat),
  ];
  const railEnd: LonLat = [east, 51.1342];
  const rightOfZhenis: LonLat[] = [...ZHENIS, ...RAILWAY_NORTH, [71.3253, north]];
  const city: LonLat[] = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ];
  const eastLine = [...RESPUBLIKA, ...BOGENBAY, ...RAILWAY_EAST, railEnd];
  return [
    area('astana', 'city', { zh: '阿斯塔纳', en: 'Astana', local: 'Астана' }, city),
    area('astana-saryarka', 'county', { zh: '萨雷阿尔卡区', en: 'Saryarka', local: 'Сарыарка' }, [
      ...river.slice(zhenis),
      [west, north],
      ...rightOfZhenis.toReversed(),
    ]),
    area('astana-baikonyr', 'county', { zh: '拜科努尔区', en: 'Baikonyr', local: 'Байқоңыр' }, [
      ...river.slice(respublika, zhenis + 1),
      ...rightOfZhenis,
      [east, north],
      ...eastLine.toReversed(),
    ]),
    area('astana-almaty', 'county', { zh: '阿拉木图区', en: 'Almaty', local: 'Алматы' }, [
      ...river.slice(0, respublika + 1),
      ...eastLine,
    ]),
    area('astana-esil', 'county', { zh: '叶西尔区', en: 'Esil', local: 'Есіл' }, [
      ...river.slice(0, kabanbay + 1),
      ...KABANBAY,
      [71.372, south],
      [east, south],
    ]),
    area('astana-nura', 'county', { zh: '努拉区', en: 'Nura', local: 'Нұра' }, [
      ...river.slice(kabanbay),
      [west, south],
      [71.372, south],
      ...KABANBAY.toReversed(),
    ]),
  ];
}

function area(id: string, level: AreaLevel, name: LocalizedText, ring: readonly LonLat[]): Area {
  const rounded = ring.map(([lon, lat]): LonLat => [Math.round(lon * 1e5) / 1e5, Math.round(lat * 1e5) / 1e5]);
  const parent = level === 'city' ? {} : { parent: 'astana' as AreaId };
  return { id: id as AreaId, level, name, ...parent, approximate: true, rings: [rounded] };
}

/** From the eastern to the western edge of the bounds, downstream. */
export function riverCourse(water: readonly Feature[], [west, , east]: LonLatBox): LonLat[] {
  const ways = water.filter((feature) => RIVER_WAYS.has(feature.id));
  const lines = ways.flatMap((feature) => (feature.geometry.kind === 'lines' ? feature.geometry.lines : []));
  const course = joinLines(lines).sort((a, b) => b.length - a.length)[0];
  if (course === undefined) throw new Error('The ways of the Ishim are not in the pack: extract it again.');
  const [first, last] = [course[0] as LonLat, course.at(-1) as LonLat];
  return [[east, first[1]], ...course, [west, last[1]]];
}

function nearestIndex(line: readonly LonLat[], [lon, lat]: LonLat): number {
  let [best, least] = [0, Infinity];
  for (const [i, point] of line.entries()) {
    const distance = Math.hypot((point[0] - lon) * 0.63, point[1] - lat);
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}

/** The district (or else the city) whose boundary holds the point. */
export function areaAt(areas: readonly Area[], point: LonLat): AreaId | undefined {
  const holds = (each: Area) => each.rings.some((ring) => ringContains(ring, point));
  return (areas.find((each) => each.level !== 'city' && holds(each)) ?? areas.find(holds))?.id;
}
