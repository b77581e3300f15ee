/** City seconds per second of replay. */
export const SPEEDS: readonly number[] = [1, 2, 5, 10, 30, 60, 120];

/** Replayed moments are multiples of this, epoch ms; so every way to a moment gives the same state. */
export const MOMENT_GRID_MS = 250;

/** Four steps are shown per second, whatever the speed. */
export const TICK_MS = 250;

/** City time of one shown step. */
export function stepMsOf(speed: number): number {
  return speed * TICK_MS;
}

/** The moment on the grid at or before `time`. */
export function onGrid(time: number): number {
  return Math.floor(time / MOMENT_GRID_MS) * MOMENT_GRID_MS;
}

/** The next faster or slower speed; the same at the end of the scale. */
export function neighbourSpeed(speed: number, direction: 1 | -1): number {
  const at = SPEEDS.indexOf(speed);
  return SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at + direction))] as number;
}
