/**
 * A corner of a flat shape: place in the plane, height in metres, and `blend` from 0 to 1 between two colours.
 */
export type Corner = readonly [x: number, y: number, height: number, blend: number];

/** Receives a convex shape that lies in one cell of the grid; `column` and `row` count from the plane's origin. */
export type CellShape = (shape: readonly Corner[], column: number, row: number) => void;

/**
 * Cuts a convex shape along a square grid and hands on the pieces, which keep the turn, the total area and, by linear
 * interpolation, the height and the blend of the whole (Sutherland and Hodgman 1974, one strip at a time).
 */
export function cutByGrid(shape: readonly Corner[], cell: number, take: CellShape): void {
  cutAlong(shape, 0, cell, (strip, column) => {
    cutAlong(strip, 1, cell, (piece, row) => take(piece, column, row));
  });
}

function cutAlong(
  shape: readonly Corner[],
  axis: 0 | 1,
  cell: number,
  take: (piece: readonly Corner[], index: number) => void,
): void {
  let [low, high] = [Infinity, -Infinity];
  for (const corner of shape) {
    low = Math.min(low, corner[axis]);
    high = Math.max(high, corner[axis]);
  }
  const first = Math.floor(low / cell);
  const last = Math.max(first, Math.ceil(high / cell) - 1);
  let rest = shape;
  for (let index = first; index < last; index++) {
    const edge = (index + 1) * cell;
    const piece = keep(rest, axis, edge, -1);
    if (piece.length > 2) take(piece, index);
    rest = keep(rest, axis, edge, 1);
  }
  if (rest.length > 2) take(rest, last);
}

/** The part of the shape on one side (`sign` 1: at or above) of an axis-parallel line. */
function keep(shape: readonly Corner[], axis: 0 | 1, edge: number, sign: 1 | -1): Corner[] {
  const kept: Corner[] = [];
  let previous = shape.at(-1) as Corner;
  for (const corner of shape) {
    const [before, now] = [(previous[axis] - edge) * sign, (corner[axis] - edge) * sign];
    if ((before < 0 && now > 0) || (before > 0 && now < 0)) kept.push(crossing(previous, corner, axis, edge));
    if (now >= 0) kept.push(corner);
    previous = corner;
  }
  return kept;
}

/** Always computed from the lower corner, so that two neighbours find the same point to the last bit. */
function crossing(a: Corner, b: Corner, axis: 0 | 1, edge: number): Corner {
  const [from, to] = a[axis] < b[axis] ? [a, b] : [b, a];
  const t = (edge - from[axis]) / (to[axis] - from[axis]);
  const at = (i: 0 | 1 | 2 | 3) => (i === axis ? edge : from[i] + (to[i] - from[i]) * t);
  return [at(0), at(1), at(2), at(3)];
}
