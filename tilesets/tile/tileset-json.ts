import type { CityFrame } from '../mesh/city-frame.ts';

/** 3D Tiles 1.1 §3.6: a box by its centre and three half axes, in the tileset's coordinates. */
export type BoundingBox = readonly number[];

/** One tile as `tileset.json` says it. */
export interface TilesetTile {
  readonly boundingVolume: { readonly box: BoundingBox };
  readonly geometricError: number;
  readonly refine?: 'ADD' | 'REPLACE';
  readonly transform?: readonly number[];
  readonly content?: { readonly uri: string };
  readonly children?: readonly TilesetTile[];
}

/** The part of `tileset.json` that is written and read here (3D Tiles 1.1 §3.3). */
export interface Tileset {
  readonly asset: { readonly version: '1.1'; readonly generator: string };
  readonly geometricError: number;
  readonly root: TilesetTile;
  readonly extensionsUsed?: readonly string[];
}

/** West, south, bottom, east, north, top in metres of the city's frame. */
export type Extent = readonly [number, number, number, number, number, number];

/** A tile that was written. */
export interface WrittenTile {
  readonly depth: number;
  readonly x: number;
  readonly y: number;
  readonly uri: string;
  readonly extent: Extent;
}

/**
 * Geometric error of a tile by its depth, metres: what is missing as long as its children are not there. A child is
 * shown within about `error × 104` metres at 1080 lines, 60° and a screen space error of 16 (3D Tiles 1.1 §3.4.2):
 * depth 1 within 62 km, 2 within 36 km, 3 within 22 km, 4 within 3 km.
 */
export const GEOMETRIC_ERROR = [600, 350, 210, 28, 0] as const;

/** The quadtree of written tiles; tiles add to their parents, and empty ones stand where only their children hold anything. */
export function tilesetJson(frame: CityFrame, tiles: readonly WrittenTile[]): Tileset {
  const byAddress = new Map(tiles.map((tile) => [`${tile.depth}/${tile.x}/${tile.y}`, tile]));
  const root = tileJson(byAddress, 0, 0, 0);
  if (!root) throw new Error('There is no tile to write: the pack drew nothing inside its bounds. Check city.json.');
  return {
    asset: { version: '1.1', generator: 'yiping tilesets' },
    geometricError: 4 * GEOMETRIC_ERROR[0],
    root: { ...root.json, refine: 'ADD', transform: frame.transform },
  };
}

function tileJson(
  tiles: ReadonlyMap<string, WrittenTile>,
  depth: number,
  x: number,
  y: number,
): { json: TilesetTile; extent: Extent } | undefined {
  if (depth >= GEOMETRIC_ERROR.length) return undefined;
  const own = tiles.get(`${depth}/${x}/${y}`);
  const children = [0, 1, 2, 3]
    .map((quarter) => tileJson(tiles, depth + 1, x * 2 + (quarter & 1), y * 2 + (quarter >> 1)))
    .filter((child) => child !== undefined);
  const extents = [...children.map((child) => child.extent), ...(own ? [own.extent] : [])];
  if (extents.length === 0) return undefined;
  const extent = extents.reduce(joined);
  const json: TilesetTile = {
    boundingVolume: { box: boxOf(extent) },
    geometricError: GEOMETRIC_ERROR[depth] as number,
    ...(own && { content: { uri: own.uri } }),
    ...(children.length > 0 && { children: children.map((child) => child.json) }),
  };
  return { json, extent };
}

function joined(a: Extent, b: Extent): Extent {
  return a.map((value, i) =>
    i < 3 ? Math.min(value, b[i] as number) : Math.max(value, b[i] as number),
  ) as unknown as Extent;
}

function boxOf([west, south, bottom, east, north, top]: Extent): BoundingBox {
  const centre = [(west + east) / 2, (south + north) / 2, (bottom + top) / 2];
  return [...centre, (east - west) / 2, 0, 0, 0, (north - south) / 2, 0, 0, 0, (top - bottom) / 2];
}
