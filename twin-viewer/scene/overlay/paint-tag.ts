import { LINE, PANEL, SELECTED, TEXT, VOID } from '../scene-colors.ts';
import type { TakenSpace } from './label-layout.ts';
import { FONT_STACK } from './label-sprites.ts';

/** A Thing that the operator points at or has chosen. CSS pixels. */
export interface Tag {
  readonly text: string;
  /** The middle of its dot. */
  readonly x: number;
  readonly y: number;
  /** From there up to the middle of its symbol, or of where the ring stands. */
  readonly lift: number;
  /** From there down to the ground below, where the Thing stands high. */
  readonly drop: number;
  readonly selected: boolean;
  /** Colour of the disc inside the ring; undefined where the symbol itself stands there. */
  readonly disc: string | undefined;
}

const PAD = 8;
const HEIGHT = 26;
const RING = 15;

/** Draws the stem to the ground, the ring and the name, on the left where a picture `width` wide ends on the right. */
export function paintTag(context: CanvasRenderingContext2D, tag: Tag, width: number, scale: number): void {
  const x = Math.round(tag.x) + 0.5;
  const top = Math.round(tag.y - tag.lift) + 0.5;
  context.globalAlpha = 1;
  if (tag.selected) {
    stem(context, x, top + RING * scale, tag.y + tag.drop, scale);
    foot(context, x, tag.y + tag.drop, scale);
  }
  if (tag.disc !== undefined && tag.selected) disc(context, x, top, tag.disc, scale);
  ring(context, x, top, scale, tag.selected);
  plate(context, tag.text, plateLeft(context, tag, width, scale), top, scale, tag.selected);
}

/** Keeps labels off the tag. */
export function takeTag(
  context: CanvasRenderingContext2D,
  tag: Tag,
  taken: TakenSpace,
  width: number,
  scale: number,
): void {
  const left = plateLeft(context, tag, width, scale);
  const right = left + plateWidth(context, tag.text, scale);
  const half = (HEIGHT / 2 + 2) * scale;
  const ring = RING * scale;
  const middle = tag.y - tag.lift;
  taken.take(Math.min(left, tag.x - ring), middle - half, Math.max(right, tag.x + ring), middle + half);
}

function plateLeft(context: CanvasRenderingContext2D, tag: Tag, width: number, scale: number): number {
  const gap = (RING + 7) * scale;
  const plate = plateWidth(context, tag.text, scale);
  return tag.x + gap + plate > width ? tag.x - gap - plate : tag.x + gap;
}

function stem(context: CanvasRenderingContext2D, x: number, from: number, to: number, scale: number): void {
  for (const [color, width] of [
    [VOID, 4],
    [SELECTED, 1.5],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = width * scale;
    context.beginPath();
    context.moveTo(x, from);
    context.lineTo(x, to);
    context.stroke();
  }
}

/** A small flat ring where the stem meets the ground. */
function foot(context: CanvasRenderingContext2D, x: number, y: number, scale: number): void {
  context.beginPath();
  context.ellipse(x, y, 7 * scale, 3 * scale, 0, 0, Math.PI * 2);
  context.strokeStyle = SELECTED;
  context.lineWidth = 1.25 * scale;
  context.stroke();
}

function disc(context: CanvasRenderingContext2D, x: number, y: number, color: string, scale: number): void {
  context.beginPath();
  context.arc(x, y, 5 * scale, 0, Math.PI * 2);
  context.fillStyle = color;
  context.fill();
}

function ring(context: CanvasRenderingContext2D, x: number, y: number, scale: number, strong: boolean): void {
  context.beginPath();
  context.arc(x, y, RING * scale, 0, Math.PI * 2);
  context.strokeStyle = VOID;
  context.lineWidth = (strong ? 4.5 : 3.5) * scale;
  context.stroke();
  context.strokeStyle = strong ? SELECTED : TEXT;
  context.lineWidth = (strong ? 2 : 1) * scale;
  context.stroke();
}

function plate(context: CanvasRenderingContext2D, text: string, x: number, y: number, scale: number, strong: boolean) {
  const width = plateWidth(context, text, scale);
  const height = HEIGHT * scale;
  context.beginPath();
  context.roundRect(Math.round(x) + 0.5, y - height / 2, Math.round(width), height, 4 * scale);
  context.fillStyle = PANEL;
  context.fill();
  context.strokeStyle = strong ? SELECTED : LINE;
  context.lineWidth = 1;
  context.stroke();
  context.fillStyle = TEXT;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillText(text, Math.round(x + PAD * scale), y + 0.5);
}

/** Also sets the font. */
function plateWidth(context: CanvasRenderingContext2D, text: string, scale: number): number {
  context.font = `500 ${13 * scale}px ${FONT_STACK}`;
  return context.measureText(text).width + PAD * 2 * scale;
}
