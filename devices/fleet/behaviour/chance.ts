/**
 * Chance without a state: every number is a function of a seed and a place in time or space, so that a value can be asked
 * for at any moment, in any order, and is the same for the same seed.
 */

/** Two uint32 → uint32, well mixed (the finaliser of MurmurHash3, public domain, A. Appleby). */
export function mix(seed: number, n: number): number {
  let h = (seed ^ Math.imul(n | 0, 0x9e3779b1)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Text → uint32, FNV-1a over UTF-16 code units, mixed. */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h >>> 0, text.length);
}

/** A number in [0, 1) that belongs to `seed` and `n`. */
export function unitAt(seed: number, n: number): number {
  return mix(seed, n) / 0x1_0000_0000;
}

/** A number in [low, high) that belongs to `seed` and `n`. */
export function between(seed: number, n: number, low: number, high: number): number {
  return low + (high - low) * unitAt(seed, n);
}

/** Smooth noise along a line, in [−1, 1], one free value per unit of `x`, cubic between them. */
export function noise(seed: number, x: number): number {
  const cell = Math.floor(x);
  const a = unitAt(seed, cell);
  const b = unitAt(seed, cell + 1);
  return 2 * (a + (b - a) * smoothStep(x - cell)) - 1;
}

/** Smooth noise in space and time, in [−1, 1], one free value per unit cell. */
export function fieldNoise(seed: number, x: number, y: number, t: number): number {
  const cx = Math.floor(x);
  const cy = Math.floor(y);
  const sx = smoothStep(x - cx);
  const sy = smoothStep(y - cy);
  const corner = (i: number, j: number) => noise(mix(mix(seed, cx + i), cy + j), t);
  const south = corner(0, 0) * (1 - sx) + corner(1, 0) * sx;
  const north = corner(0, 1) * (1 - sx) + corner(1, 1) * sx;
  return south * (1 - sy) + north * sy;
}

/** 0 at and below 0, 1 at and above 1, 3x² − 2x³ between. */
export function smoothStep(x: number): number {
  const t = x <= 0 ? 0 : x >= 1 ? 1 : x;
  return t * t * (3 - 2 * t);
}

export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}
