/** Cells along each side of the square that the curve fills. */
const SIDE = 1 << 16;

/**
 * The order of points along a Hilbert curve over their bounding square: neighbours in the order are neighbours on the
 * ground, so that a change in one quarter of the city touches one short range of the buffer.
 *
 * `xy` is east, north, … with `stride` numbers per point; answers point numbers, length `count`.
 */
export function spaceFillingOrder(xy: Float64Array, count: number, stride: number): Uint32Array {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < count; i++) {
    const x = xy[i * stride] as number;
    const y = xy[i * stride + 1] as number;
    minX = Math.min(minX, x);
    maxX = Math.max(maxX, x);
    minY = Math.min(minY, y);
    maxY = Math.max(maxY, y);
  }
  const scale = (SIDE - 1) / Math.max(maxX - minX, maxY - minY, 1e-9);
  const keys = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const x = Math.floor(((xy[i * stride] as number) - minX) * scale);
    const y = Math.floor(((xy[i * stride + 1] as number) - minY) * scale);
    keys[i] = hilbertDistance(x, y, SIDE);
  }
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  return order.sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b);
}

/**
 * How far along the Hilbert curve of a `side`×`side` square (a power of two) the cell `x`, `y` lies.
 * https://en.wikipedia.org/wiki/Hilbert_curve#Applications_and_mapping_algorithms
 */
export function hilbertDistance(x: number, y: number, side: number): number {
  let distance = 0;
  let [cx, cy] = [x, y];
  for (let s = side / 2; s >= 1; s /= 2) {
    const rx = (cx & s) > 0 ? 1 : 0;
    const ry = (cy & s) > 0 ? 1 : 0;
    distance += s * s * ((3 * rx) ^ ry);
    if (ry === 0) {
      if (rx === 1) {
        cx = side - 1 - cx;
        cy = side - 1 - cy;
      }
      [cx, cy] = [cy, cx];
    }
  }
  return distance;
}
