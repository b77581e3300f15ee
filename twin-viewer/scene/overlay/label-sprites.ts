import type { CityLabel } from '#devices/catalog/city-pack.ts';
import { type Language, textIn } from '#devices/model/localized-text.ts';
import { TEXT, TEXT_DIM, VOID } from '../scene-colors.ts';

export const FONT_STACK = 'system-ui, "Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif';

/** A label drawn once, to be copied every frame. */
export interface LabelSprite {
  readonly canvas: HTMLCanvasElement;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
}

interface LabelStyle {
  readonly size: number;
  readonly weight: number;
  readonly color: string;
  readonly spacing: number;
  /** A second, smaller line in the other language. */
  readonly twoLines: boolean;
}

const STYLES: Record<CityLabel['kind'], LabelStyle> = {
  district: { size: 15, weight: 500, color: TEXT, spacing: 1, twoLines: true },
  water: { size: 13, weight: 400, color: '#8DB8D6', spacing: 2, twoLines: true },
  green: { size: 12, weight: 400, color: '#86AD94', spacing: 0.5, twoLines: false },
  road: { size: 12, weight: 400, color: TEXT_DIM, spacing: 0.5, twoLines: false },
  landmark: { size: 13, weight: 500, color: '#D3DEE9', spacing: 0.5, twoLines: true },
  place: { size: 12, weight: 400, color: '#B4C2D0', spacing: 0.5, twoLines: false },
};

const RIM = 3;

/** Draws `label` in `language`; undefined where it has no name. `pixelsPerCss` as for the symbol atlas. */
export function labelSprite(label: CityLabel, language: Language, scale: number, pixelRatio: number) {
  const style = STYLES[label.kind];
  const main = textIn(label.name, language);
  if (main === '') return undefined;
  const second = style.twoLines ? secondLine(label, language, main) : undefined;
  const size = style.size * scale;
  const small = Math.max(10, style.size - 3) * scale;
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('labels: this browser gives no 2D canvas');
  const mainFont = `${style.weight} ${size}px ${FONT_STACK}`;
  const secondFont = `400 ${small}px ${FONT_STACK}`;
  const width =
    Math.max(
      measured(context, main, mainFont, style.spacing),
      second === undefined ? 0 : measured(context, second, secondFont, 0),
    ) +
    RIM * 2;
  const height = size * 1.3 + (second === undefined ? 0 : small * 1.3) + RIM * 2;
  canvas.width = Math.ceil(width * pixelRatio);
  canvas.height = Math.ceil(height * pixelRatio);
  context.scale(pixelRatio, pixelRatio);
  drawLine(context, main, mainFont, style.spacing, style.color, width / 2, RIM + size);
  if (second !== undefined) {
    drawLine(context, second, secondFont, 0, TEXT_DIM, width / 2, RIM + size * 1.3 + small * 0.95);
  }
  return { canvas, width, height } satisfies LabelSprite;
}

function secondLine(label: CityLabel, language: Language, main: string): string | undefined {
  const other = language === 'zh' ? (label.name.en ?? label.name.local) : (label.name.zh ?? label.name.local);
  return other === main ? undefined : other;
}

function measured(context: CanvasRenderingContext2D, text: string, font: string, spacing: number): number {
  context.font = font;
  context.letterSpacing = `${spacing}px`;
  return context.measureText(text).width;
}

/** Text with a soft dark rim, so that it reads on roofs and on the void alike. */
function drawLine(
  context: CanvasRenderingContext2D,
  text: string,
  font: string,
  spacing: number,
  color: string,
  x: number,
  baseline: number,
): void {
  context.font = font;
  context.letterSpacing = `${spacing}px`;
  context.textAlign = 'center';
  context.textBaseline = 'alphabetic';
  context.lineJoin = 'round';
  context.strokeStyle = VOID;
  context.globalAlpha = 0.75;
  context.lineWidth = RIM;
  context.strokeText(text, x, baseline);
  context.globalAlpha = 1;
  context.fillStyle = color;
  context.fillText(text, x, baseline);
}
