import type { ThingLayer } from './thing-layer.ts';

/** What of the Things a pointer needs to know. */
export type PickableThings = Pick<ThingLayer, 'groups' | 'screen' | 'places' | 'styles' | 'appearance'>;

/** CSS pixels around a symbol's middle, and around a dot's, within which a pointer means it. */
const SYMBOL_REACH = 14;
const DOT_REACH = 9;

/**
 * The Thing under the pixel `x`, `y`: a symbol before a dot, a worse one before a better, a nearer one before a
 * farther. `liftOf`: CSS pixels by which the symbol of an appearance stands above its place;
 * `scale` that of the symbols.
 *
 * A plain scan over the typed arrays of the last frame: 0.04 ms for 10,000 Things; `scene.pick` would draw the tiles
 * under the pointer anew each time it moves, and knows nothing of the symbols above.
 */
export function pickThing(
  things: PickableThings,
  x: number,
  y: number,
  liftOf: (code: number) => number,
  scale = 1,
): number | undefined {
  const slot = pickSymbol(things, x, y, liftOf, SYMBOL_REACH * scale);
  const found = slot >= 0 ? slot : pickDot(things, x, y, DOT_REACH * scale);
  return found < 0 ? undefined : things.places.thingOfSlot[found];
}

function pickSymbol(
  things: PickableThings,
  x: number,
  y: number,
  liftOf: (code: number) => number,
  reach: number,
): number {
  const { groups, screen } = things;
  for (let i = 0; i < groups.count; i++) {
    const slot = groups.slots[i] as number;
    const dx = (screen.x[slot] as number) - x;
    const dy = (screen.y[slot] as number) - liftOf(things.appearance[slot] as number) - y;
    if (dx * dx + dy * dy <= reach * reach) return slot;
  }
  return -1;
}

function pickDot(things: PickableThings, x: number, y: number, reach: number): number {
  const { screen, styles } = things;
  let found = -1;
  let best = reach * reach;
  for (let slot = 0; slot < things.places.count; slot++) {
    if (screen.depth[slot] === 0 || styles[slot] === 0) continue;
    const dx = (screen.x[slot] as number) - x;
    const dy = (screen.y[slot] as number) - y;
    const squared = dx * dx + dy * dy;
    if (squared >= best) continue;
    best = squared;
    found = slot;
  }
  return found;
}
