import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cityFrame } from '../mesh/city-frame.ts';
import { type TilesetTile, tilesetJson, type WrittenTile } from './tileset-json.ts';

const frame = cityFrame(71.43, 51.13);
const tileAt = (depth: number, x: number, y: number): WrittenTile => {
  const side = 25_600 / 2 ** depth;
  const [west, south] = [x * side - 12_800, y * side - 12_800];
  const extent = [west - 40, south - 40, -5, west + side + 40, south + side + 40, 80 + depth] as const;
  return { depth, x, y, uri: `tiles/${depth}-${x}-${y}.glb`, extent };
};
const someTiles = fc
  .uniqueArray(
    fc.integer({ min: 0, max: 4 }).chain((depth) => {
      const side = fc.integer({ min: 0, max: 2 ** depth - 1 });
      return fc.tuple(fc.constant(depth), side, side);
    }),
    { minLength: 1, maxLength: 20, selector: (address) => address.join('/') },
  )
  .map((addresses) => addresses.map(([depth, x, y]) => tileAt(depth, x, y)));

/** Lowest and highest corner of a box whose half axes are parallel to the frame's. */
const cornersOf = ({ boundingVolume: { box } }: TilesetTile) =>
  [0, 1, 2].map((axis) => {
    const half = box[3 + axis * 4] as number;
    return [(box[axis] as number) - half, (box[axis] as number) + half] as const;
  });

function walk(tile: TilesetTile, visit: (tile: TilesetTile, parent?: TilesetTile) => void, parent?: TilesetTile): void {
  visit(tile, parent);
  for (const child of tile.children ?? []) walk(child, visit, tile);
}

test('Every written tile is in the tree once', () => {
  fc.assert(
    fc.property(someTiles, (tiles) => {
      const found: string[] = [];
      walk(tilesetJson(frame, tiles).root, (tile) => tile.content && found.push(tile.content.uri));
      expect(found.sort()).toEqual(tiles.map((tile) => tile.uri).sort());
    }),
  );
});

test('A child lies in its parent and has a smaller error', () => {
  fc.assert(
    fc.property(someTiles, (tiles) => {
      const tileset = tilesetJson(frame, tiles);
      expect(tileset.geometricError).toBeGreaterThan(tileset.root.geometricError);
      walk(tileset.root, (tile, parent) => {
        if (!parent) return;
        expect(tile.geometricError).toBeLessThan(parent.geometricError);
        for (const [axis, [low, high]] of cornersOf(tile).entries()) {
          const [parentLow, parentHigh] = cornersOf(parent)[axis] as readonly [number, number];
          expect(low).toBeGreaterThanOrEqual(parentLow - 1e-6);
          expect(high).toBeLessThanOrEqual(parentHigh + 1e-6);
        }
      });
    }),
  );
});

test('A city of nothing is refused', () => {
  expect(() => tilesetJson(frame, [])).toThrow(/no tile to write/);
});
