import Flatbush from 'flatbush';
import type { CityFrame } from '../mesh/city-frame.ts';
import { type Point, planeLines } from '../mesh/plane.ts';
import type { Feature, LonLat } from '../read/feature.ts';

/** Metres between the points by which a road is found. */
const STEP = 40;

export interface NearestRoad {
  /** OSM `name` of the nearest road that has one of the wanted names, and the distance to it in metres. */
  at(point: LonLat): { readonly road: string; readonly metres: number };
}

/**
 * Finds the nearest of the roads whose `name` is in `names`.
 *
 * @throws Error where no road has such a name.
 */
export function nearestRoad(roads: readonly Feature[], names: ReadonlySet<string>, frame: CityFrame): NearestRoad {
  const places: { road: string; point: Point }[] = [];
  for (const feature of roads) {
    const road = feature.tags.name;
    if (road === undefined || !names.has(road)) continue;
    for (const line of planeLines(feature, frame)) for (const point of densified(line)) places.push({ road, point });
  }
  if (places.length === 0) throw new Error('No road has a name of the list: a Thing cannot be named after its road.');
  const index = new Flatbush(places.length);
  for (const { point } of places) index.add(point[0], point[1], point[0], point[1]);
  index.finish();
  return {
    at([lon, lat]) {
      const [x, y] = frame.toPlane(lon, lat);
      const found = places[index.neighbors(x, y, 1)[0] as number] as (typeof places)[number];
      return { road: found.road, metres: Math.hypot(found.point[0] - x, found.point[1] - y) };
    },
  };
}

function densified(line: readonly Point[]): Point[] {
  const points: Point[] = [];
  let from: Point | undefined;
  for (const to of line) {
    if (from) {
      const steps = Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / STEP);
      for (let i = 1; i < steps; i++) {
        points.push([from[0] + ((to[0] - from[0]) * i) / steps, from[1] + ((to[1] - from[1]) * i) / steps]);
      }
    }
    points.push(to);
    from = to;
  }
  return points;
}
