import { APPEARANCES, type Appearance } from '../../state/thing-states.ts';
import { APPEARANCE_COLORS, VOID } from '../scene-colors.ts';

/** A path on a unit square centred on 0, 0 (−0.5…0.5), y down. */
export type Outline = readonly (readonly [x: number, y: number])[];

/** Each priority is a colour and a shape and a letter (ISA-101, ISA-18.2), never colour alone. */
export interface SymbolShape {
  readonly kind: 'circle' | 'outline' | 'cross' | 'ring';
  readonly outline?: Outline;
  readonly letter?: string;
  /** How far below the centre the letter stands, in units: a triangle's middle is low. */
  readonly letterDrop?: number;
}

export const SYMBOL_SHAPES: Partial<Record<Appearance, SymbolShape>> = {
  stale: { kind: 'ring' },
  bad: { kind: 'cross' },
  low: { kind: 'circle', letter: 'L' },
  medium: { kind: 'outline', outline: square(0.43), letter: 'M' },
  high: { kind: 'outline', outline: triangle(), letter: 'H', letterDrop: 0.12 },
  urgent: { kind: 'outline', outline: diamond(0.56), letter: 'U' },
};

function square(half: number): Outline {
  return [
    [-half, -half],
    [half, -half],
    [half, half],
    [-half, half],
  ];
}

function diamond(half: number): Outline {
  return [
    [0, -half],
    [half, 0],
    [0, half],
    [-half, 0],
  ];
}

function triangle(): Outline {
  return [
    [0, -0.54],
    [0.56, 0.44],
    [-0.56, 0.44],
  ];
}

/** Draws the symbol of appearance `code` centred on `x`, `y`, `size` pixels of the context across. */
export function drawSymbol(
  context: CanvasRenderingContext2D,
  code: number,
  x: number,
  y: number,
  size: number,
  lettered: boolean,
): void {
  const shape = SYMBOL_SHAPES[APPEARANCES[code] as Appearance];
  if (shape === undefined) return;
  const color = APPEARANCE_COLORS[code] as string;
  context.save();
  context.translate(x, y);
  if (shape.kind === 'ring') drawRing(context, color, size);
  else if (shape.kind === 'cross') drawCross(context, color, size);
  else drawPlate(context, shape, color, size, lettered);
  context.restore();
}

function drawPlate(c: CanvasRenderingContext2D, shape: SymbolShape, color: string, size: number, lettered: boolean) {
  c.beginPath();
  if (shape.outline === undefined) c.arc(0, 0, size * 0.48, 0, Math.PI * 2);
  else {
    for (const [px, py] of shape.outline) c.lineTo(px * size, py * size);
    c.closePath();
  }
  c.lineJoin = 'round';
  c.lineWidth = Math.max(2, size * 0.17);
  c.strokeStyle = VOID;
  c.stroke();
  c.fillStyle = color;
  c.fill();
  if (!lettered || shape.letter === undefined) return;
  c.fillStyle = VOID;
  c.font = `700 ${Math.round(size * 0.54)}px system-ui, "Segoe UI", sans-serif`;
  c.textAlign = 'center';
  c.textBaseline = 'alphabetic';
  c.fillText(shape.letter, 0, (0.195 + (shape.letterDrop ?? 0)) * size);
}

function drawCross(c: CanvasRenderingContext2D, color: string, size: number): void {
  const arm = size * 0.3;
  c.beginPath();
  c.moveTo(-arm, -arm);
  c.lineTo(arm, arm);
  c.moveTo(arm, -arm);
  c.lineTo(-arm, arm);
  c.lineCap = 'round';
  c.lineWidth = size * 0.36;
  c.strokeStyle = VOID;
  c.stroke();
  c.lineWidth = size * 0.17;
  c.strokeStyle = color;
  c.stroke();
}

function drawRing(c: CanvasRenderingContext2D, color: string, size: number): void {
  const radius = size * 0.34;
  c.beginPath();
  c.arc(0, 0, radius, 0, Math.PI * 2);
  c.globalAlpha = 0.5;
  c.lineWidth = Math.max(2, size * 0.2);
  c.strokeStyle = VOID;
  c.stroke();
  c.globalAlpha = 0.75;
  c.lineWidth = size * 0.09 + 0.4;
  c.setLineDash([(radius * Math.PI * 2) / 16, (radius * Math.PI * 2) / 16]);
  c.strokeStyle = color;
  c.stroke();
}
