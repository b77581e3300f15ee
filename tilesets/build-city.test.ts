import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildCity } from './build-city.ts';
import { main } from './main.ts';
import type { Feature, LonLat } from './read/feature.ts';
import { encodeFeatureLines } from './read/feature-lines.ts';
import type { Tileset, TilesetTile } from './tile/tileset-json.ts';
import { glbProblems, readGlb } from './write/check-glb.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yiping-tiles-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A house every 0.002°, with storeys as many as its number; every fourth has a courtyard. */
const houses = Array.from({ length: 40 }, (_, i): Feature => {
  const [lon, lat] = [71.4 + (i % 8) * 0.002, 51.1 + Math.floor(i / 8) * 0.002];
  const box = (size: number): LonLat[] => [
    [lon - size, lat - size],
    [lon + size, lat - size],
    [lon + size, lat + size],
    [lon - size, lat + size],
  ];
  const rings = i % 4 === 0 ? [box(0.0004), box(0.0001)] : [box(0.0002)];
  const tags = { building: 'yes', 'building:levels': String(i), name: `Дом ${i}` };
  return { id: `osm:way/${1000 + i}`, tags, geometry: { kind: 'polygons', polygons: [rings] } };
});
const line = (id: number, tags: Feature['tags'], ...points: LonLat[]): Feature => ({
  id: `osm:way/${id}`,
  tags,
  geometry: { kind: 'lines', lines: [points] },
});
const roads = [
  line(1, { highway: 'primary', lanes: '4' }, [71.38, 51.099], [71.4, 51.099], [71.42, 51.105]),
  line(2, { highway: 'residential' }, [71.4, 51.09], [71.4, 51.11]),
  line(3, { highway: 'secondary', bridge: 'yes', layer: '1' }, [71.405, 51.094], [71.407, 51.094]),
];
const lake: Feature = {
  id: 'osm:way/9',
  tags: { natural: 'water' },
  geometry: {
    kind: 'polygons',
    polygons: [
      [
        [
          [71.38, 51.08],
          [71.44, 51.08],
          [71.44, 51.088],
          [71.38, 51.088],
        ],
      ],
    ],
  },
};
const manifest = {
  id: 'village',
  name: { en: 'Village' },
  timeZone: 'UTC',
  bounds: [71.35, 51.05, 71.45, 51.15],
  views: [],
  attribution: [],
};

async function writePack(name: string, buildings = houses): Promise<string> {
  const pack = join(folder, name);
  await mkdir(join(pack, 'features'), { recursive: true });
  for (const [layer, features] of Object.entries({ buildings, roads, water: [lake] })) {
    await writeFile(join(pack, 'features', `${layer}.json.gz`), encodeFeatureLines(features));
  }
  await writeFile(join(pack, 'city.json'), JSON.stringify(manifest));
  await writeFile(join(pack, 'areas.json'), '[]');
  await writeFile(join(pack, 'labels.json'), '[]');
  return pack;
}

const tilesOf = (tile: TilesetTile): string[] => [
  ...(tile.content ? [tile.content.uri] : []),
  ...(tile.children ?? []).flatMap(tilesOf),
];

async function readTileset(out: string): Promise<Tileset> {
  return JSON.parse(await readFile(join(out, 'tileset.json'), 'utf8')) as Tileset;
}

test('A built city is valid: every tile passes the glTF validator, packed and unpacked', async () => {
  const out = join(folder, 'valid');
  const summary = await buildCity(await writePack('valid-pack'), out);
  expect(summary).toMatchObject({ city: 'village', buildings: 40, roads: 3 });
  const uris = tilesOf((await readTileset(out)).root);
  expect(uris).toHaveLength(summary.tiles);
  for (const uri of uris) expect(await glbProblems(await readFile(join(out, uri)))).toEqual([]);
});

test('Every building is in exactly one tile, under its own id', async () => {
  const out = join(folder, 'once');
  await buildCity(await writePack('once-pack'), out);
  const ids: string[] = [];
  for (const uri of tilesOf((await readTileset(out)).root))
    ids.push(...(await buildingIds(await readFile(join(out, uri)))));
  expect(ids.sort()).toEqual(houses.map((house) => house.id).sort());
});

async function buildingIds(glb: Uint8Array): Promise<string[]> {
  const text = Buffer.from(glb).toString('utf8');
  await readGlb(glb);
  return [...new Set(text.match(/osm:way\/1\d{3}/g))];
}

test('A vertex lies in the bounding volume of its tile', async () => {
  const out = join(folder, 'bounded');
  await buildCity(await writePack('bounded-pack'), out);
  const visit = async (tile: TilesetTile): Promise<void> => {
    if (tile.content) await expectInside(await readFile(join(out, tile.content.uri)), tile.boundingVolume.box);
    for (const child of tile.children ?? []) await visit(child);
  };
  await visit((await readTileset(out)).root);
});

async function expectInside(glb: Uint8Array, box: readonly number[]): Promise<void> {
  const node = (await readGlb(glb)).getRoot().listNodes()[0];
  const position = node?.getMesh()?.listPrimitives()[0]?.getAttribute('POSITION');
  if (!node || !position) throw new Error('the tile is empty');
  const [scale] = node.getScale();
  const [low, high] = [position.getMin([]), position.getMax([])].map((corner) =>
    corner.map((value, axis) => value * scale + (node.getTranslation()[axis] as number)),
  ) as [number[], number[]];
  const frame = [
    [low[0], high[0]],
    [-(high[2] as number), -(low[2] as number)],
    [low[1], high[1]],
  ] as [number, number][];
  for (const [axis, [from, to]] of frame.entries()) {
    const [middle, half] = [box[axis] as number, box[3 + axis * 4] as number];
    expect(from).toBeGreaterThanOrEqual(middle - half);
    expect(to).toBeLessThanOrEqual(middle + half);
  }
}

test('A build takes the place of the one before as a whole and leaves nothing beside it', async () => {
  const out = join(folder, 'replaced', 'village');
  await buildCity(await writePack('large-pack'), out);
  await buildCity(await writePack('small-pack', houses.slice(0, 1)), out);
  const uris = tilesOf((await readTileset(out)).root);
  expect((await readdir(join(out, 'tiles'))).sort()).toEqual(uris.map((uri) => uri.replace('tiles/', '')).sort());
  expect(await readdir(join(folder, 'replaced'))).toEqual(['village']);
});

test('A build that fails leaves the city before it in place', async () => {
  const out = join(folder, 'kept', 'village');
  const pack = await writePack('kept-pack');
  await buildCity(pack, out);
  const before = await readFile(join(out, 'tileset.json'), 'utf8');
  await rm(join(pack, 'labels.json'));
  await expect(buildCity(pack, out)).rejects.toThrow(/labels\.json does not exist/);
  expect(await readFile(join(out, 'tileset.json'), 'utf8')).toBe(before);
  expect(await readdir(join(folder, 'kept'))).toEqual(['village']);
});

test('What a killed build left behind is cleared away, a build that is under way is not', async () => {
  const out = join(folder, 'cleared', 'village');
  await mkdir(join(folder, 'cleared', '.village-killed', 'tiles'), { recursive: true });
  await mkdir(join(folder, 'cleared', '.village-growing'));
  await utimes(join(folder, 'cleared', '.village-killed'), 0, 0);
  await buildCity(await writePack('cleared-pack'), out);
  expect((await readdir(join(folder, 'cleared'))).sort()).toEqual(['.village-growing', 'village']);
});

test('A folder that is no pack is refused with what is missing and what to do', async () => {
  await expect(buildCity(folder, join(folder, 'none'))).rejects.toThrow(/holds no features.*extract the pack first/s);
});

test('A command line that is not complete prints the usage and fails', async () => {
  expect(await main(['build', 'tilesets/cities/astana'])).toBe(2);
  expect(await main(['biuld', 'x', '--out', 'y'])).toBe(2);
  expect(await main(['extract', 'somewhere/else'])).toBe(2);
  expect(await main(['--help'])).toBe(0);
});
