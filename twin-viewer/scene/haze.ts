/**
 * How the city fades into the void with distance, the same for the tiles' shader, the dots, the symbols and the
 * labels. Metres from the eye.
 */
export interface Haze {
  /** Nothing is veiled before this. */
  readonly near: number;
  /** All is void from here on. */
  readonly far: number;
}

/** The farther the camera, the deeper it sees; the edge of the data itself is hidden by the tiles' own shading. */
export function hazeAt(range: number): Haze {
  return { near: range * 0.7 + 300, far: range * 2.6 + 6500 };
}

/** 0 clear … 1 void, at `distance` metres. The shader in `tiles/city-shader.ts` does the same sum. */
export function veil(haze: Haze, distance: number): number {
  const t = Math.min(1, Math.max(0, (distance - haze.near) / (haze.far - haze.near)));
  return t * t * (3 - 2 * t);
}
