import { APPEARANCES } from '../../state/thing-states.ts';
import { drawSymbol } from './symbol-shapes.ts';

/** CSS pixels across: near symbols with their letter, and far ones whose shape and colour speak alone. */
export const SYMBOL_SIZES = [22, 15] as const;

/** Room around each symbol for its dark rim, as a share of its size. */
const PADDING = 0.3;

/** Where one symbol lies in the atlas, in device pixels. */
export interface AtlasCell {
  readonly x: number;
  readonly y: number;
  /** Side of the square. */
  readonly side: number;
}

export interface AtlasLayout {
  readonly width: number;
  readonly height: number;
  /** By appearance code, then by size. */
  readonly cells: readonly (readonly AtlasCell[])[];
}

/** One row per size, one column per appearance; whole device pixels, so that nothing is blurred when copied. */
export function atlasLayout(pixelsPerCss: number): AtlasLayout {
  const sides = SYMBOL_SIZES.map((size) => Math.ceil(size * (1 + 2 * PADDING) * pixelsPerCss));
  const widest = Math.max(...sides);
  const cells = APPEARANCES.map((_, code) =>
    sides.map((side, row) => ({ x: code * widest, y: sides.slice(0, row).reduce((a, b) => a + b, 0), side })),
  );
  return { width: APPEARANCES.length * widest, height: sides.reduce((a, b) => a + b, 0), cells };
}

/** All symbols, drawn once for a screen's pixel density. */
export interface SymbolAtlas extends AtlasLayout {
  readonly canvas: HTMLCanvasElement;
  readonly pixelsPerCss: number;
}

/** `pixelsPerCss`: device pixels per CSS pixel times the scale of the symbols. */
export function symbolAtlas(pixelsPerCss: number): SymbolAtlas {
  const layout = atlasLayout(pixelsPerCss);
  const canvas = document.createElement('canvas');
  canvas.width = layout.width;
  canvas.height = layout.height;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('symbol atlas: this browser gives no 2D canvas');
  layout.cells.forEach((row, code) => {
    row.forEach((cell, size) => {
      const middle = cell.side / 2;
      const across = (SYMBOL_SIZES[size] as number) * pixelsPerCss;
      drawSymbol(context, code, cell.x + middle, cell.y + middle, across, size === 0);
    });
  });
  return { ...layout, canvas, pixelsPerCss };
}
