import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PackThing } from '#devices/catalog/city-pack.ts';
import { isTopicLevel } from '#devices/model/thing.ts';
import { buildCity } from '../build-city.ts';
import { polygonArea, ringContains, signedArea } from '../mesh/plane.ts';
import type { Feature } from '../read/feature.ts';
import { readPack, type SourcePack } from '../read/pack.ts';
import { glbProblems } from '../write/check-glb.ts';
import { readAstana, readAstanaPieces, sortIntoLayers } from './extract-astana.ts';

const PACK = join(import.meta.dirname, 'astana');
let pack: SourcePack;
let things: PackThing[];
beforeAll(async () => {
  pack = await readPack(PACK);
  things = JSON.parse(gunzipSync(await readFile(join(PACK, 'catalog.json.gz'))).toString('utf8')) as PackThing[];
});

const layer = (name: Parameters<SourcePack['layers']['get']>[0]) => pack.layers.get(name) ?? [];
const areaOf = (feature: Feature) =>
  feature.geometry.kind === 'polygons' ? feature.geometry.polygons.reduce((sum, p) => sum + polygonArea(p), 0) : 0;

test('All 32,060 buildings of the source are in the pack, each once', () => {
  const ids = layer('buildings')
    .filter(({ tags }) => tags.building !== undefined)
    .map(({ id }) => id);
  expect(ids).toHaveLength(32_060);
  expect(new Set(ids).size).toBe(32_060);
});

test('Joining the pieces that tile edges had cut keeps the area of every building', async () => {
  const cut = new Map<string, { pieces: number; area: number }>();
  for (const { id, tags, polygons } of await readAstanaPieces()) {
    if (tags.building === undefined) continue;
    const known = cut.get(id) ?? { pieces: 0, area: 0 };
    const area = polygons.reduce((sum, polygon) => sum + polygonArea(polygon), 0);
    cut.set(id, { pieces: known.pieces + 1, area: known.area + area });
  }
  const joined = new Map((await readAstana()).map((feature) => [feature.id, areaOf(feature)]));
  expect([...cut.values()].filter(({ pieces }) => pieces > 1)).toHaveLength(277);
  // Pieces are rounded to 1e-7 degrees at the cut: a strip of 1 cm along a wall of 100 m is 1 m², 1.3e-10 square degrees.
  for (const [id, { area }] of cut) expect(Math.abs((joined.get(id) ?? 0) - area)).toBeLessThan(1.3e-10);
}, 30_000);

test('The committed pack is what the source gives today', async () => {
  for (const [name, features] of sortIntoLayers(await readAstana())) {
    expect(layer(name).map(({ id, tags }) => ({ id, tags }))).toEqual(features.map(({ id, tags }) => ({ id, tags })));
  }
}, 30_000);

test('Nothing in the pack speaks of a mapper, a phone or a web page', () => {
  for (const features of pack.layers.values()) {
    for (const { tags } of features) {
      expect(Object.keys(tags).filter((key) => /^@|phone|email|website|contact|uid|user|changeset/.test(key))).toEqual(
        [],
      );
    }
  }
});

test('The pack stays under 8 MB', async () => {
  let bytes = 0;
  for (const entry of await readdir(PACK, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  expect(bytes).toBeLessThan(8e6);
});

test('The districts tile the city: their areas sum to the bounds and none overlaps another', () => {
  const [west, south, east, north] = pack.manifest.bounds;
  const districts = pack.areas.filter(({ level }) => level === 'county');
  const sum = districts.flatMap(({ rings }) => rings).reduce((area, ring) => area + Math.abs(signedArea(ring)), 0);
  expect(sum / ((east - west) * (north - south))).toBeCloseTo(1, 2);
  // Boundaries are rounded to 1e-5 degrees, so the bounds' own edge is left out.
  for (let i = 1; i < 400; i++) {
    const point = [west + ((i * 0.618) % 1) * (east - west), south + (i / 400) * (north - south)] as const;
    const holders = districts.filter(({ rings }) => rings.some((ring) => ringContains(ring, point)));
    expect(holders).toHaveLength(1);
  }
});

test('Areas of our own drawing say so', () => {
  for (const area of pack.areas) expect(area.approximate).toBe(true);
});

test('There are at least 3,000 Things, all marked as simulated, and 500 variables speak OPC UA', () => {
  expect(things.length).toBeGreaterThanOrEqual(3000);
  expect(things.every(({ simulated }) => simulated)).toBe(true);
  const opcua = things.filter(({ transport }) => transport === 'opcua');
  expect(opcua.reduce((sum, { datastreams }) => sum + datastreams.length, 0)).toBeGreaterThanOrEqual(500);
});

test('No two Things share an id, a name or a place, and each id is a topic level', () => {
  for (const key of [
    (thing: PackThing) => thing.id,
    (thing: PackThing) => thing.name?.zh,
    (thing: PackThing) => thing.name?.en,
    (thing: PackThing) => `${thing.location?.lon} ${thing.location?.lat}`,
  ]) {
    const keys = things.map(key);
    expect(keys).not.toContain(undefined);
    expect(new Set(keys).size).toBe(things.length);
  }
  expect(things.every(({ id }) => isTopicLevel(id))).toBe(true);
});

test('Every Thing is in a district, and every building it names is in the pack', () => {
  const districts = new Set(pack.areas.filter(({ level }) => level === 'county').map(({ id }) => id));
  const buildings = new Set(layer('buildings').map(({ id }) => id));
  for (const { area, building } of things) {
    expect(area !== undefined && districts.has(area)).toBe(true);
    if (building !== undefined) expect(buildings.has(building)).toBe(true);
  }
});

let out = '';
afterAll(() => rm(out, { recursive: true, force: true }));

test('All tiles of Astana pass the glTF validator, packed and unpacked', async () => {
  out = await mkdtemp(join(tmpdir(), 'yiping-astana-'));
  const summary = await buildCity(PACK, join(out, 'city'));
  const files = await readdir(join(out, 'city', 'tiles'));
  expect(files).toHaveLength(summary.tiles);
  for (const file of files) {
    const problems = await glbProblems(await readFile(join(out, 'city', 'tiles', file)));
    expect(problems, file).toEqual([]);
  }
}, 120_000);
