import { APPEARANCE_CODE } from '../../state/thing-states.ts';
import type { CameraFrame } from '../camera/camera-frame.ts';
import { radians } from '../camera/local-frame.ts';
import { veil } from '../haze.ts';
import { APPEARANCE_COLORS, PANEL, TEXT, VOID } from '../scene-colors.ts';
import { DIMMED, type ThingLayer } from '../things/thing-layer.ts';
import type { TakenSpace } from './label-layout.ts';
import { FONT_STACK } from './label-sprites.ts';
import { SYMBOL_SIZES, type SymbolAtlas } from './symbol-atlas.ts';

/** CSS pixels of the longest stem, when the camera looks along the ground. */
const LONGEST_STEM = 30;
/** Metres from the eye beyond which symbols are small. */
const FAR = 7000;
/** However thick the haze, an abnormal symbol stays at least this strong. */
const FAINTEST = 0.55;

/**
 * CSS pixels from a place to the middle of its symbol: none from above, the lower the camera the more. What is stale
 * has no stem: it asserts nothing.
 */
export function symbolLift(code: number, pitchDegrees: number, scale: number): number {
  return code === APPEARANCE_CODE.stale ? 0 : LONGEST_STEM * Math.cos(radians(pitchDegrees)) ** 2 * scale;
}

/**
 * Draws the abnormal symbols over the city, the worst on top, each on its stem, and tells `taken` where they are.
 *
 * They are drawn on the canvas above and not as billboards in the scene: no roof hides an alarm, the ground cuts none,
 * letters stay sharp. Grouping bounds how many there are; all symbols and names take 1–5 ms of JavaScript a frame.
 */
export function paintSymbols(
  context: CanvasRenderingContext2D,
  things: ThingLayer,
  camera: CameraFrame,
  atlas: SymbolAtlas,
  scale: number,
): void {
  const { groups, screen } = things;
  paintStems(context, things, camera, scale);
  for (let i = groups.count - 1; i >= 0; i--) {
    const slot = groups.slots[i] as number;
    const depth = screen.depth[slot] as number;
    const code = things.appearance[slot] as number;
    const size = depth > FAR ? 1 : 0;
    const lift = symbolLift(code, camera.view.pitchDegrees, scale);
    const cell = atlas.cells[code]?.[size];
    if (cell === undefined) continue;
    const side = cell.side / atlas.pixelsPerCss;
    const drawn = side * scale;
    const x = Math.round((screen.x[slot] as number) - drawn / 2);
    const y = Math.round((screen.y[slot] as number) - lift - drawn / 2);
    context.globalAlpha = strengthAt(things, camera, slot);
    context.drawImage(atlas.canvas, cell.x, cell.y, cell.side, cell.side, x, y, drawn, drawn);
    const members = groups.members[i] as number;
    if (members > 1 && code !== APPEARANCE_CODE.stale)
      paintCount(context, members, code, x + drawn * 0.74, y + drawn * 0.2, scale);
  }
  context.globalAlpha = 1;
}

/** Marks the space of all symbols as taken. */
export function takeSymbols(things: ThingLayer, camera: CameraFrame, taken: TakenSpace, scale: number): void {
  const { groups, screen } = things;
  const half = (SYMBOL_SIZES[0] / 2) * scale;
  for (let i = 0; i < groups.count; i++) {
    const slot = groups.slots[i] as number;
    const x = screen.x[slot] as number;
    const y = screen.y[slot] as number;
    const lift = symbolLift(things.appearance[slot] as number, camera.view.pitchDegrees, scale);
    taken.take(x - half, y - lift - half, x + half, Math.max(y, y - lift + half));
  }
}

/** From the place to the lower edge of the symbol. */
function paintStems(context: CanvasRenderingContext2D, things: ThingLayer, camera: CameraFrame, scale: number): void {
  const { groups, screen } = things;
  context.lineCap = 'butt';
  for (let i = groups.count - 1; i >= 0; i--) {
    const slot = groups.slots[i] as number;
    const depth = screen.depth[slot] as number;
    const code = things.appearance[slot] as number;
    const half = (SYMBOL_SIZES[depth > FAR ? 1 : 0] / 2) * 0.84 * scale;
    const length = symbolLift(code, camera.view.pitchDegrees, scale) - (code === APPEARANCE_CODE.bad ? half / 2 : half);
    if (length < 2) continue;
    const x = screen.x[slot] as number;
    const y = screen.y[slot] as number;
    context.globalAlpha = strengthAt(things, camera, slot) * 0.85;
    line(context, x, y, y - length, VOID, 3 * scale);
    line(context, x, y, y - length, APPEARANCE_COLORS[code] as string, 1.25 * scale);
  }
}

function line(context: CanvasRenderingContext2D, x: number, from: number, to: number, color: string, width: number) {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.beginPath();
  context.moveTo(x, from);
  context.lineTo(x, to);
  context.stroke();
}

/** The number of alarms that one symbol stands for, at its upper right. */
function paintCount(
  context: CanvasRenderingContext2D,
  count: number,
  code: number,
  x: number,
  y: number,
  scale: number,
): void {
  const text = count > 999 ? '999+' : String(count);
  const height = 13 * scale;
  const width = (5 + 6.2 * text.length) * scale;
  context.beginPath();
  context.roundRect(x, y - height / 2, width, height, height / 2);
  context.fillStyle = PANEL;
  context.fill();
  context.lineWidth = scale;
  context.strokeStyle = APPEARANCE_COLORS[code] as string;
  context.stroke();
  context.fillStyle = TEXT;
  context.font = `600 ${10 * scale}px ${FONT_STACK}`;
  context.textAlign = 'center';
  context.textBaseline = 'alphabetic';
  context.fillText(text, x + width / 2, y + 3.6 * scale);
}

function strengthAt(things: ThingLayer, camera: CameraFrame, slot: number): number {
  const clear = Math.max(FAINTEST, 1 - veil(camera.haze, things.screen.depth[slot] as number));
  return things.selectedSlot < 0 || things.selectedSlot === slot ? clear : clear * DIMMED;
}
