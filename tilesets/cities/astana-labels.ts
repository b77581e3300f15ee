import type { CityLabel } from '#devices/catalog/city-pack.ts';
import type { CityFrame } from '../mesh/city-frame.ts';
import { type Point, planeLines } from '../mesh/plane.ts';
import type { Feature, LonLat } from '../read/feature.ts';
import type { SourcePack } from '../read/pack.ts';
import { buildingHeight } from '../style/building-height.ts';
import { LANDMARKS, NAMED_PLACES } from './astana-landmarks.ts';
import { ROAD_NAMES } from './astana-roads.ts';
import { middleOf, rounded } from './thing-sites.ts';

/** Metres of road for each label of its name. */
const ROAD_LABEL_EVERY = 4500;

/** Names on the map: districts, waters and landmarks chosen by hand, roads by their length. */
export function astanaLabels(pack: SourcePack, frame: CityFrame): CityLabel[] {
  const places = NAMED_PLACES.map(
    (place): CityLabel => ({ ...place, height: place.kind === 'landmark' ? 20 : 0, ours: ['zh', 'en'] }),
  );
  return [...places, ...landmarkLabels(pack, frame), ...roadLabels(pack.layers.get('roads') ?? [], frame)];
}

function landmarkLabels(pack: SourcePack, frame: CityFrame): CityLabel[] {
  const buildings = new Map((pack.layers.get('buildings') ?? []).map((feature) => [feature.id, feature]));
  return Object.entries(LANDMARKS).flatMap(([id, landmark]) => {
    const feature = buildings.get(id);
    if (!feature || landmark.rank === undefined || landmark.name === undefined) return [];
    const [lon, lat] = middleOf(feature, frame);
    const height = Math.ceil((landmark.height ?? buildingHeight(id, feature.tags, 2000).height) + 6);
    const local = feature.tags.name;
    const sourceEn = feature.tags['name:en'] === landmark.name.en;
    return [
      {
        kind: 'landmark',
        name: { ...landmark.name, ...(local && { local }) },
        lon,
        lat,
        height,
        rank: landmark.rank,
        ours: sourceEn ? ['zh'] : ['zh', 'en'],
      },
    ];
  });
}

interface Road {
  readonly lines: Point[][];
  metres: number;
  readonly local: string;
}

function roadLabels(roads: readonly Feature[], frame: CityFrame): CityLabel[] {
  const byName = new Map<string, Road>();
  for (const feature of roads) {
    const local = feature.tags.name ?? '';
    const name = ROAD_NAMES.get(local);
    if (!name) continue;
    const road = byName.get(name.en) ?? { lines: [], metres: 0, local };
    for (const line of planeLines(feature, frame)) {
      road.lines.push(line);
      road.metres += lengthOf(line);
    }
    byName.set(name.en, road);
  }
  return [...byName.values()].flatMap((road) => labelsOf(road, frame));
}

/** One label or, on long roads, several, each on the longest pieces that lie apart. */
function labelsOf({ lines, metres, local }: Road, frame: CityFrame): CityLabel[] {
  const name = ROAD_NAMES.get(local);
  if (!name || metres < 1500) return [];
  const rank = metres > 10_000 ? 2 : metres > 4000 ? 3 : 4;
  const wanted = Math.max(1, Math.min(4, Math.round(metres / ROAD_LABEL_EVERY / 2)));
  const chosen: Point[] = [];
  for (const line of [...lines].sort((a, b) => lengthOf(b) - lengthOf(a))) {
    const middle = halfway(line);
    if (chosen.length < wanted && chosen.every((p) => Math.hypot(p[0] - middle[0], p[1] - middle[1]) > 2000))
      chosen.push(middle);
  }
  return chosen.map(([x, y], i): CityLabel => {
    const [lon, lat] = rounded(frame.toLonLat(x, y)) as LonLat;
    return {
      kind: 'road',
      name: { ...name, local },
      lon,
      lat,
      height: 0,
      rank: i === 0 ? rank : 4,
      ours: ['zh', 'en'],
    };
  });
}

function lengthOf(line: readonly Point[]): number {
  return line.reduce((sum, [x, y], i) => {
    const [px, py] = line[Math.max(0, i - 1)] as Point;
    return sum + Math.hypot(x - px, y - py);
  }, 0);
}

function halfway(line: readonly Point[]): Point {
  let left = lengthOf(line) / 2;
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1] as Point, line[i] as Point];
    const step = Math.hypot(b[0] - a[0], b[1] - a[1]);
    if (step >= left && step > 0) return [a[0] + ((b[0] - a[0]) * left) / step, a[1] + ((b[1] - a[1]) * left) / step];
    left -= step;
  }
  return line[0] as Point;
}
