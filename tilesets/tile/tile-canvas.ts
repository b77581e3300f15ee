import type { CityFrame } from '../mesh/city-frame.ts';
import { type Corner, cutByGrid } from '../mesh/grid-clip.ts';
import { MeshBuilder } from '../mesh/mesh-builder.ts';
import type { Point } from '../mesh/plane.ts';
import { type Colour, mix } from '../style/colour.ts';
import type { BuildingRow } from '../write/building-table.ts';

/** Side of the quadtree's root, metres of the plane, about the city's origin. */
export const ROOT_SIDE = 25_600;
/**
 * Side of the cells into which everything flat is cut, metres. A flat shape this wide lies 13 mm under the ellipsoid
 * at its middle (s² / 8R), less than the steps between the ground layers.
 */
const CELL = 800;

/** One tile while it is drawn. */
export interface TileDrawing {
  readonly depth: number;
  /** Counted from the west and the south of the root. */
  readonly x: number;
  readonly y: number;
  readonly mesh: MeshBuilder;
  /** Row of the property table for each feature id of the mesh. */
  readonly rows: BuildingRow[];
}

/** Keeps the drawing of every tile, and cuts flat shapes so that each piece goes to its tile. */
export class TileCanvas {
  readonly frame: CityFrame;
  readonly #tiles = new Map<string, TileDrawing>();

  constructor(frame: CityFrame) {
    this.frame = frame;
  }

  /** The tile of `depth` at a point; points outside the root belong to the nearest tile. */
  tileAt(depth: number, [px, py]: Point): TileDrawing {
    const side = ROOT_SIDE / 2 ** depth;
    const clamp = (v: number) => Math.min(2 ** depth - 1, Math.max(0, Math.floor((v + ROOT_SIDE / 2) / side)));
    const [x, y] = [clamp(px), clamp(py)];
    const key = `${depth}/${x}/${y}`;
    let tile = this.#tiles.get(key);
    if (!tile) {
      tile = { depth, x, y, mesh: new MeshBuilder(this.frame), rows: [] };
      this.#tiles.set(key, tile);
    }
    return tile;
  }

  /**
   * Draws a convex shape of the ground, counter-clockwise, in tiles of `depth`; its corners' `blend` goes from `colour`
   * to `other`.
   */
  flat(depth: number, shape: readonly Corner[], colour: Colour, other: Colour = colour, cell = CELL): void {
    cutByGrid(shape, cell, (piece, column, row) => {
      const { mesh } = this.tileAt(depth, [(column + 0.5) * cell, (row + 0.5) * cell]);
      const face = { normal: [0, 0, 1], top: 0 } as const;
      const corners = piece.map(([x, y, height, blend]) =>
        mesh.vertex([x, y], height, blend === 0 ? colour : mix(colour, other, blend), face),
      );
      for (let i = 2; i < corners.length; i++) {
        mesh.triangle(corners[0] as number, corners[i - 1] as number, corners[i] as number);
      }
    });
  }

  /** Draws the side of something raised, seen from the right of `from` → `to`, down to the two feet (metres). */
  wall(depth: number, from: Corner, to: Corner, fromFoot: number, toFoot: number, colour: Colour): void {
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const length = Math.hypot(dx, dy);
    if (length === 0) return;
    const { mesh } = this.tileAt(depth, [from[0], from[1]]);
    const face = { normal: [dy / length, -dx / length, 0], top: 0 } as const;
    mesh.quad(
      mesh.vertex([from[0], from[1]], fromFoot, colour, face),
      mesh.vertex([to[0], to[1]], toFoot, colour, face),
      mesh.vertex([to[0], to[1]], to[2], colour, face),
      mesh.vertex([from[0], from[1]], from[2], colour, face),
    );
  }

  /** Tiles in which anything was drawn, coarse first. */
  tiles(): TileDrawing[] {
    return [...this.#tiles.values()].sort((a, b) => a.depth - b.depth || a.y - b.y || a.x - b.x);
  }
}
