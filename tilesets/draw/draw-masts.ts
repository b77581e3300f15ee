import { circle, loft } from '../mesh/loft.ts';
import type { Feature } from '../read/feature.ts';
import { hash01 } from '../style/building-height.ts';
import { buildingColours } from '../style/palette.ts';
import type { TileCanvas } from '../tile/tile-canvas.ts';
import { buildingDepth, nameOf } from './draw-buildings.ts';

/** What stands tall on a point: metres at the foot and at the top, and its plausible heights where none is given. */
const MASTS: Readonly<
  Record<string, { readonly foot: number; readonly head: number; readonly heights: readonly [number, number] }>
> = {
  chimney: { foot: 6, head: 3.6, heights: [90, 130] },
  tower: { foot: 2.2, head: 0.6, heights: [38, 52] },
};
const CORNERS = 14;

/** Chimneys and communication towers, each with a row of the property table. Returns how many were drawn. */
export function drawMasts(canvas: TileCanvas, places: readonly Feature[]): number {
  let count = 0;
  for (const { id, tags, geometry } of places) {
    const mast = MASTS[tags.man_made ?? ''];
    if (!mast || geometry.kind !== 'point') continue;
    const given = Number.parseFloat(tags.height ?? '');
    const [low, high] = mast.heights;
    const height = given > 0 ? given : low + (high - low) * hash01(id);
    const at = canvas.frame.toPlane(...geometry.at);
    const tile = canvas.tileAt(buildingDepth(height, 0), at);
    const feature = tile.rows.length;
    tile.rows.push({ id, name: nameOf(tags), levels: 0, height, heightSource: given > 0 ? 'height' : 'type' });
    const { foot, roof } = buildingColours(height);
    const waist = mast.head / mast.foot;
    const levels = [
      [1, -1.2],
      [(1 + waist) / 2.4, height * 0.35],
      [waist, height],
      [0, height],
    ] as const;
    loft(tile.mesh, circle(at, mast.foot, CORNERS), { levels, feature, foot, roof });
    count++;
  }
  return count;
}
