import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { drawBuildings } from './draw/draw-buildings.ts';
import { drawLand, drawPlate, drawWater } from './draw/draw-ground.ts';
import { drawMasts } from './draw/draw-masts.ts';
import { drawRails, drawRoads } from './draw/draw-roads.ts';
import { cityFrame } from './mesh/city-frame.ts';
import type { TileMesh } from './mesh/mesh-builder.ts';
import { readPack, type SourcePack } from './read/pack.ts';
import { TileCanvas } from './tile/tile-canvas.ts';
import { type Extent, tilesetJson, type WrittenTile } from './tile/tileset-json.ts';
import { glbWriter } from './write/glb.ts';

export interface BuildOptions {
  /** Told what is being done; `done` of `total` parts of this step. */
  readonly onProgress?: (step: 'read' | 'draw' | 'write', done: number, total: number) => void;
}

/** What a build made. */
export interface BuildSummary {
  readonly city: string;
  readonly buildings: number;
  readonly roads: number;
  readonly tiles: number;
  readonly triangles: number;
  /** Of all tiles and `tileset.json`. */
  readonly bytes: number;
}

const COPIED = ['city.json', 'areas.json', 'labels.json'] as const;

/**
 * Builds a city pack into 3D Tiles 1.1 at `outDir`. The build grows in a folder beside it and takes its place at the
 * end, so a reader finds the old city or the new one, never a half.
 *
 * @throws Error where the pack cannot be read or the folder cannot be written.
 */
export async function buildCity(packDir: string, outDir: string, options: BuildOptions = {}): Promise<BuildSummary> {
  const report = options.onProgress ?? (() => {});
  report('read', 0, 1);
  const pack = await readPack(packDir);
  const { canvas, ...counts } = drawCity(pack, (done, total) => report('draw', done, total));
  const target = resolve(outDir);
  await mkdir(dirname(target), { recursive: true });
  await removeAbandoned(target);
  const growing = await mkdtemp(growingName(target));
  try {
    const written = await writeTiles(canvas, growing, (done, total) => report('write', done, total));
    for (const file of COPIED) await copyFile(join(packDir, file), join(growing, file));
    await replaceFolder(growing, target);
    return { city: pack.manifest.id, ...counts, ...written };
  } finally {
    await rm(growing, { recursive: true, force: true });
  }
}

function drawCity(pack: SourcePack, report: (done: number, total: number) => void) {
  const [west, south, east, north] = pack.manifest.bounds;
  const canvas = new TileCanvas(cityFrame((west + east) / 2, (south + north) / 2));
  const layer = (name: Parameters<typeof pack.layers.get>[0]) => pack.layers.get(name) ?? [];
  let [buildings, roads] = [0, 0];
  const steps = [
    () => drawPlate(canvas),
    () => drawLand(canvas, layer('land')),
    () => drawWater(canvas, layer('water')),
    () => drawRails(canvas, layer('rails')),
    () => {
      roads = drawRoads(canvas, layer('roads'));
    },
    () => {
      buildings = drawBuildings(canvas, layer('buildings'), pack.overrides);
    },
    () => drawMasts(canvas, layer('places')),
  ];
  for (const [i, step] of steps.entries()) {
    report(i, steps.length);
    step();
  }
  return { canvas, buildings, roads };
}

async function writeTiles(canvas: TileCanvas, folder: string, report: (done: number, total: number) => void) {
  const encode = await glbWriter();
  const drawings = canvas.tiles();
  const tiles: WrittenTile[] = [];
  let [bytes, triangles] = [0, 0];
  await mkdir(join(folder, 'tiles'));
  for (const [i, drawing] of drawings.entries()) {
    report(i, drawings.length);
    const { depth, x, y, rows } = drawing;
    const mesh = drawing.mesh.build();
    const uri = `tiles/${depth}-${x}-${y}.glb`;
    const glb = await encode({ mesh, rows });
    await writeFile(join(folder, uri), glb);
    tiles.push({ depth, x, y, uri, extent: extentOf(mesh) });
    bytes += glb.length;
    triangles += drawing.mesh.triangleCount;
  }
  const json = JSON.stringify(tilesetJson(canvas.frame, tiles));
  await writeFile(join(folder, 'tileset.json'), json);
  return { tiles: tiles.length, triangles, bytes: bytes + json.length };
}

/** Metres of the city's frame, a step of the quantized positions wider than the vertices. */
function extentOf({ positions }: TileMesh): Extent {
  const extent = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity];
  for (let i = 0; i < positions.length; i++) {
    const [axis, value] = [i % 3, positions[i] as number];
    extent[axis] = Math.min(extent[axis] as number, value - 0.1);
    extent[axis + 3] = Math.max(extent[axis + 3] as number, value + 0.1);
  }
  return extent as unknown as Extent;
}

/** How long a build may be quiet before it counts as killed; a whole city takes seconds. */
const ABANDONED_AFTER_MS = 3_600_000;

function growingName(target: string): string {
  return join(dirname(target), `.${basename(target)}-`);
}

/** A killed build leaves its half behind; the next one clears it away. */
async function removeAbandoned(target: string): Promise<void> {
  for (const name of await readdir(dirname(target))) {
    const path = join(dirname(target), name);
    if (!path.startsWith(growingName(target))) continue;
    const { mtimeMs } = await stat(path);
    if (mtimeMs < Date.now() - ABANDONED_AFTER_MS) await rm(path, { recursive: true, force: true });
  }
}

/** Puts `fresh` where `target` is or was; the old folder is moved aside before, so that both steps are renames. */
async function replaceFolder(fresh: string, target: string): Promise<void> {
  const old = `${fresh}-old`;
  try {
    await rename(target, old);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  await chmod(fresh, 0o755);
  await rename(fresh, target);
  await rm(old, { recursive: true, force: true });
}
