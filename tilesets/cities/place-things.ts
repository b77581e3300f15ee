import type { PackThing } from '#devices/catalog/city-pack.ts';
import { THING_TEMPLATES } from '#devices/catalog/thing-templates.ts';
import type { Area } from '#devices/model/area.ts';
import type { DatastreamSpec } from '#devices/model/datastream.ts';
import type { LocalizedText } from '#devices/model/localized-text.ts';
import type { KnownThingType, ThingId } from '#devices/model/thing.ts';
import type { LonLat } from '../read/feature.ts';
import { areaAt } from './astana-areas.ts';
import type { NearestRoad } from './nearest-road.ts';
import type { Site } from './thing-sites.ts';

type RoadNames = ReadonlyMap<string, { readonly zh: string; readonly en: string }>;

/** Beginning of the ids, and what a Thing is called beside its road and number. */
const CALLED: Readonly<Record<KnownThingType, readonly [prefix: string, zh: string, en: string]>> = {
  'traffic-detector': ['traffic', '路口', 'junction'],
  parking: ['parking', '停车场', 'car park'],
  'air-station': ['air', '空气站', 'air station'],
  'weather-station': ['weather', '气象站', 'weather station'],
  'water-level': ['level', '水位站', 'level station'],
  substation: ['substation', '变电站', 'substation'],
  'power-plant': ['power', '机组', 'unit'],
  'water-plant': ['water', '机组', 'unit'],
  'bus-stop': ['bus', '公交站', 'bus stop'],
  'building-energy': ['energy', '楼', 'building'],
};

/** Things closer than this to another are moved apart, metres. */
const APART = 4;

export interface PlaceOptions {
  readonly areas: readonly Area[];
  readonly roads: NearestRoad;
  readonly names: RoadNames;
  /** What the stations on the water are named after. */
  readonly river: { readonly zh: string; readonly en: string };
}

/** Turns sites into Things: id, name, area, instruments. Ids and names are unique, and no two Things share a place. */
export function placeThings(sites: readonly Site[], options: PlaceOptions): PackThing[] {
  const names = nameSites(sites, options);
  const numbers = new Map<string, number>();
  const taken = new Set<string>();
  return sites.map((site, i) => {
    const [prefix] = CALLED[site.type];
    const number = (numbers.get(prefix) ?? 0) + 1;
    numbers.set(prefix, number);
    const [lon, lat] = freePlace(site.at, taken);
    const area = areaAt(options.areas, [lon, lat]);
    return {
      id: `${prefix}-${String(number).padStart(4, '0')}` as ThingId,
      name: names[i] as LocalizedText,
      type: site.type,
      location: { lon, lat, ...(site.height !== undefined && { height: site.height }) },
      ...(area !== undefined && { area }),
      ...(site.building !== undefined && { building: site.building }),
      simulated: true,
      transport: site.type === 'power-plant' || site.type === 'water-plant' ? 'opcua' : 'mqtt',
      datastreams: instruments(site),
    };
  });
}

/** Along each road (or the river) Things of one type are counted from end to end; alone they need no number. */
function nameSites(sites: readonly Site[], { roads, names, river }: PlaceOptions): LocalizedText[] {
  const named: LocalizedText[] = sites.map((site) => site.name ?? {});
  const groups = new Map<string, number[]>();
  for (const [i, site] of sites.entries()) {
    if (site.name) continue;
    const place = site.type === 'water-level' ? river : names.get(roads.at(site.at).road);
    if (!place) continue;
    const key = `${site.type}|${place.zh}|${place.en}`;
    groups.set(key, [...(groups.get(key) ?? []), i]);
  }
  for (const [key, members] of groups) {
    const [type, roadZh, roadEn] = key.split('|') as [KnownThingType, string, string];
    const [, zh, en] = CALLED[type];
    const ordered = alongRoad(members, (i) => (sites[i] as Site).at);
    for (const [n, i] of ordered.entries()) {
      named[i] =
        members.length === 1
          ? { zh: `${roadZh}${zh}`, en: `${roadEn} ${en}` }
          : { zh: `${roadZh} ${n + 1} 号${zh}`, en: `${roadEn} ${en} ${n + 1}` };
    }
  }
  return named;
}

/** West to east, or north to south where the road runs that way. */
function alongRoad(members: readonly number[], at: (i: number) => LonLat): number[] {
  const lons = members.map((i) => at(i)[0]);
  const lats = members.map((i) => at(i)[1]);
  const wide = (Math.max(...lons) - Math.min(...lons)) * 0.63 >= Math.max(...lats) - Math.min(...lats);
  return [...members].sort((a, b) => (wide ? at(a)[0] - at(b)[0] : at(b)[1] - at(a)[1]) || a - b);
}

/** The place itself, or the next free one on a spiral around it. */
function freePlace([lon, lat]: LonLat, taken: Set<string>): LonLat {
  const perLat = APART / 111_200;
  const cell = (x: number, y: number) => `${Math.round(x / (perLat / 0.63))}/${Math.round(y / perLat)}`;
  for (let step = 0; ; step++) {
    const [radius, angle] = [Math.sqrt(step) * perLat * 1.2, step * 2.4];
    const [x, y] = [lon + (radius * Math.cos(angle)) / 0.63, lat + radius * Math.sin(angle)];
    const key = cell(x, y);
    if (taken.has(key)) continue;
    taken.add(key);
    return [Math.round(x * 1e6) / 1e6, Math.round(y * 1e6) / 1e6];
  }
}

/** The type's instruments, with the ranges that the site's size asks for. */
function instruments({ type, capacity }: Site): readonly DatastreamSpec[] {
  const { datastreams } = THING_TEMPLATES[type];
  if (capacity === undefined) return datastreams;
  const sized: Readonly<Record<string, number>> =
    type === 'parking' ? { free: capacity, occupied: capacity } : { power: capacity };
  return datastreams.map((spec) => {
    const high = sized[spec.property];
    return high === undefined ? spec : { ...spec, range: [0, high] };
  });
}
