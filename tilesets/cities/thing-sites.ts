import type { LocalizedText } from '#devices/model/localized-text.ts';
import type { KnownThingType } from '#devices/model/thing.ts';
import { type Building, composeBuildings } from '../draw/compose-buildings.ts';
import type { CityFrame } from '../mesh/city-frame.ts';
import { meanOf } from '../mesh/loft.ts';
import { type Point, type Polygon, planePolygons, polygonArea, type Ring, ringContains } from '../mesh/plane.ts';
import { triangulate } from '../mesh/triangulate.ts';
import type { Feature, LonLat } from '../read/feature.ts';
import type { SourcePack } from '../read/pack.ts';

/** A place of the city where a Thing stands. */
export interface Site {
  readonly type: KnownThingType;
  readonly at: LonLat;
  /** Metres above ground. */
  readonly height?: number;
  /** Feature id of the building it is in. */
  readonly building?: string;
  /** Parking spaces, or kW of connected load: the size that its instruments are made for. */
  readonly capacity?: number;
  /** A name of its own; else it is named after the nearest road. */
  readonly name?: LocalizedText;
}

/** How many Things of the types that are chosen from more places than they need. */
const COUNTS = { air: 60, weather: 36, water: 24, substation: 84, energy: 1717 } as const;

/** All sites of the demo city, type by type, each in an order that is the same in every build. */
export function thingSites(pack: SourcePack, course: readonly LonLat[], frame: CityFrame): Site[] {
  const places = pack.layers.get('places') ?? [];
  const buildings = pack.layers.get('buildings') ?? [];
  const all = [...places, ...buildings, ...(pack.layers.get('land') ?? [])];
  const where = (wanted: (tags: Feature['tags']) => boolean) => all.filter((feature) => wanted(feature.tags));
  const sites = (type: KnownThingType, features: readonly Feature[]) =>
    features.map((feature): Site => ({ type, at: middleOf(feature, frame) }));
  const spread = (features: readonly Feature[], count: number) => farthest(features, (f) => middleOf(f, frame), count);
  const clinical = where((tags) => ['school', 'hospital', 'clinic'].includes(tags.amenity ?? ''));
  const open = where((tags) => ['kindergarten', 'university', 'college', 'fire_station'].includes(tags.amenity ?? ''));
  const real = where((tags) => tags.power === 'substation');
  const works = where((tags) => ['industrial', 'commercial', 'retail', 'hospital'].includes(tags.building ?? ''));
  return [
    ...sites(
      'traffic-detector',
      where((tags) => tags.highway === 'traffic_signals'),
    ),
    ...where((tags) => tags.amenity === 'parking').map((feature) => parkingSite(feature, frame)),
    ...sites('air-station', spread(clinical, COUNTS.air)),
    ...sites('weather-station', spread(open, COUNTS.weather)),
    ...farthest(course.slice(1, -1), (point) => point, COUNTS.water).map((at): Site => ({ type: 'water-level', at })),
    ...sites('substation', [...real, ...spread(works, COUNTS.substation - real.length)]),
    ...sites(
      'bus-stop',
      where((tags) => tags.highway === 'bus_stop'),
    ),
    ...energySites(pack, buildings, frame),
  ];
}

function parkingSite(feature: Feature, frame: CityFrame): Site {
  const given = Number.parseInt(feature.tags.capacity ?? '', 10);
  const area = planePolygons(feature, frame).reduce((sum, polygon) => sum + polygonArea(polygon), 0);
  // A space with its share of the lanes takes about 28 m².
  const capacity = given > 0 ? given : Math.max(20, Math.round(area / 28));
  return { type: 'parking', at: middleOf(feature, frame), capacity };
}

const NO_METER = new Set(['construction', 'tank', 'roof', 'abbandonned']);

/** The largest buildings by volume; the meter stands on the roof, where its symbol is seen. */
function energySites(pack: SourcePack, features: readonly Feature[], frame: CityFrame): Site[] {
  const sized = composeBuildings(features, pack.overrides, frame)
    .filter(({ feature: { tags } }) => tags.building !== undefined && !NO_METER.has(tags.building))
    .map((building) => ({ ...building, volume: volumeOf(building) }));
  sized.sort((a, b) => b.volume - a.volume);
  return sized.slice(0, COUNTS.energy).map(({ feature, height, solids, volume }): Site => {
    const tallest = solids.reduce((a, b) => (b.top > a.top ? b : a));
    const own = pack.overrides[feature.id]?.name;
    const local = feature.tags.name;
    return {
      type: 'building-energy',
      at: rounded(frame.toLonLat(...middleOfPolygon(tallest.polygon))),
      height: Math.round(height.height * 10) / 10,
      building: feature.id,
      // 40 W of connected load for each m² of floor, a floor being 3.3 m high.
      capacity: Math.max(50, Math.round((volume / 3.3) * 0.004) * 10),
      ...(own?.zh !== undefined && { name: { ...own, ...(local && { local }) } }),
    };
  });
}

function volumeOf({ solids }: Building): number {
  return solids.reduce((volume, { polygon, base, top }) => volume + polygonArea(polygon) * (top - base), 0);
}

/** A point of the feature itself: in a polygon the middle of its largest triangle where its centre lies outside. */
export function middleOf(feature: Feature, frame: CityFrame): LonLat {
  const { geometry } = feature;
  if (geometry.kind === 'point') return geometry.at;
  if (geometry.kind === 'lines') return geometry.lines[0]?.[Math.floor((geometry.lines[0]?.length ?? 0) / 2)] ?? [0, 0];
  const polygon = planePolygons(feature, frame).sort((a, b) => polygonArea(b) - polygonArea(a))[0];
  if (!polygon) return geometry.polygons[0]?.[0]?.[0] ?? [0, 0];
  return rounded(frame.toLonLat(...middleOfPolygon(polygon)));
}

function middleOfPolygon(polygon: Polygon): Point {
  const [outer, ...holes] = polygon as [Ring, ...Ring[]];
  const centre = meanOf(outer);
  const inside = ringContains(outer, centre) && !holes.some((hole) => ringContains(hole, centre));
  return inside ? centre : largestTriangle(polygon);
}

function largestTriangle(polygon: Polygon): Point {
  const { points, triangles } = triangulate(polygon);
  let best: Point[] = [];
  let most = -1;
  for (let i = 0; i < triangles.length; i += 3) {
    const corners = triangles.slice(i, i + 3).map((index) => points[index] as Point);
    const size = polygonArea([corners]);
    if (size > most) [best, most] = [corners, size];
  }
  return meanOf(best);
}

export function rounded([lon, lat]: LonLat): LonLat {
  return [Math.round(lon * 1e6) / 1e6, Math.round(lat * 1e6) / 1e6];
}

/** `count` of the items so that each next one is as far from those before as can be; the first is the first. */
function farthest<T>(items: readonly T[], place: (item: T) => LonLat, count: number): T[] {
  const points = items.map(place);
  const nearest = points.map(() => Infinity);
  const chosen: number[] = [];
  let next = 0;
  while (chosen.length < Math.min(count, items.length)) {
    chosen.push(next);
    const [lon, lat] = points[next] as LonLat;
    for (const [i, point] of points.entries()) {
      const distance = Math.hypot((point[0] - lon) * 0.63, point[1] - lat);
      nearest[i] = Math.min(nearest[i] as number, distance);
    }
    next = nearest.indexOf(Math.max(...nearest));
  }
  return chosen.sort((a, b) => a - b).map((i) => items[i] as T);
}
