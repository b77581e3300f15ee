import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { cityFrame } from '../mesh/city-frame.ts';
import { readPack } from '../read/pack.ts';
import { astanaAreas, riverCourse } from './astana-areas.ts';
import { astanaLabels } from './astana-labels.ts';
import { LANDMARKS } from './astana-landmarks.ts';
import { plantSites } from './astana-plants.ts';
import { ROAD_NAMES } from './astana-roads.ts';
import { extractAstana } from './extract-astana.ts';
import { nearestRoad } from './nearest-road.ts';
import { placeThings } from './place-things.ts';
import { thingSites } from './thing-sites.ts';

/**
 * Makes everything of the pack but city.json, which is written by hand: features, overrides, areas, labels and the
 * Things. The same source gives the same files.
 */
export async function makeAstana(packDir: string): Promise<void> {
  await extractAstana(packDir);
  const write = (name: string, bytes: string | Uint8Array) => writeFile(join(packDir, name), bytes);
  const overrides = Object.fromEntries(
    Object.entries(LANDMARKS).map(([id, { rank: _, ...override }]) => [id, override]),
  );
  await write('overrides.json', `${JSON.stringify(overrides, null, 1)}\n`);
  const { manifest } = await readPack(packDir).catch(async () => {
    await write('areas.json', '[]');
    await write('labels.json', '[]');
    return readPack(packDir);
  });
  const pack = await readPack(packDir);
  const [west, south, east, north] = manifest.bounds;
  const frame = cityFrame((west + east) / 2, (south + north) / 2);
  const water = pack.layers.get('water') ?? [];
  const areas = astanaAreas(water, manifest.bounds);
  await write('areas.json', `[\n${areas.map((area) => JSON.stringify(area)).join(',\n')}\n]\n`);
  const labels = astanaLabels(pack, frame);
  await write('labels.json', `[\n${labels.map((label) => JSON.stringify(label)).join(',\n')}\n]\n`);
  const sites = [...thingSites(pack, riverCourse(water, manifest.bounds), frame), ...plantSites()];
  const things = placeThings(sites, {
    areas,
    roads: nearestRoad(pack.layers.get('roads') ?? [], new Set(ROAD_NAMES.keys()), frame),
    names: ROAD_NAMES,
    river: { zh: '伊希姆河', en: 'Ishim' },
  });
  await write('catalog.json.gz', gzipSync(JSON.stringify(things), { level: 9 }));
  console.log(`${areas.length} areas, ${labels.length} labels, ${things.length} Things`);
}
