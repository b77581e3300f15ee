import type { Point } from './plane.ts';
import type { RaisedPoint } from './ribbon.ts';

/** A way of the road network as far as its height is concerned. */
export interface ElevatedWay {
  readonly line: readonly Point[];
  /** Metres that its deck is over the ground; 0: the way lies on the ground, except where it leads up to a bridge. */
  readonly deck: number;
}

/** Rise over run of ramps. */
const GRADE = 0.055;
/** Metres between the points of a ramp: near enough to look even. */
const STEP = 12;

/**
 * Raises bridges and lets the roads that lead to them climb at an even grade; heights are metres above ground.
 *
 * Ways that share a point are joined there. The height of a point is the highest that any bridge asks of it: its deck
 * less the grade for each metre of road between. So all ways meet at one height, a flyover of several ways stays up
 * over all of them, and a road that crosses below without a shared point stays on the ground.
 */
export function raiseWays(ways: readonly ElevatedWay[]): RaisedPoint[][] {
  const heights = settledHeights(ways);
  return ways.map(({ line, deck }) => raiseLine(line, (point) => (deck > 0 ? deck : (heights.get(keyOf(point)) ?? 0))));
}

/** Points are the same where they are within a centimetre: the source's nodes are shared exactly. */
function keyOf([x, y]: Point): string {
  return `${Math.round(x * 100)},${Math.round(y * 100)}`;
}

/** The height of every point that a bridge raises; breadth first from the decks, each point again when it rises. */
function settledHeights(ways: readonly ElevatedWay[]): Map<string, number> {
  const neighbours = new Map<string, { key: string; metres: number }[]>();
  const heights = new Map<string, number>();
  for (const { line, deck } of ways) {
    for (const [i, point] of line.entries()) {
      const key = keyOf(point);
      if (deck > 0) heights.set(key, Math.max(deck, heights.get(key) ?? 0));
      const next = line[i + 1];
      if (next) connect(neighbours, key, keyOf(next), Math.hypot(next[0] - point[0], next[1] - point[1]));
    }
  }
  const queue = [...heights.keys()];
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    const height = heights.get(key) ?? 0;
    for (const { key: other, metres } of neighbours.get(key) ?? []) {
      const reached = height - metres * GRADE;
      if (reached <= (heights.get(other) ?? 0)) continue;
      heights.set(other, reached);
      queue.push(other);
    }
  }
  return heights;
}

function connect(
  neighbours: Map<string, { key: string; metres: number }[]>,
  a: string,
  b: string,
  metres: number,
): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    const list = neighbours.get(from);
    if (list) list.push({ key: to, metres });
    else neighbours.set(from, [{ key: to, metres }]);
  }
}

/** Between two points the road falls at the grade from both and lies on the ground where neither reaches. */
function raiseLine(line: readonly Point[], heightAt: (point: Point) => number): RaisedPoint[] {
  const raised: RaisedPoint[] = [];
  let before: { point: Point; height: number } | undefined;
  for (const point of line) {
    const height = heightAt(point);
    if (before && (before.height > 0 || height > 0)) raised.push(...ramp(before.point, before.height, point, height));
    raised.push([point[0], point[1], height]);
    before = { point, height };
  }
  return raised;
}

function ramp(from: Point, fromHeight: number, to: Point, toHeight: number): RaisedPoint[] {
  const metres = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const steps = Math.ceil(metres / STEP);
  const level = fromHeight === toHeight;
  return Array.from({ length: Math.max(0, steps - 1) }, (_, i): RaisedPoint => {
    const t = (i + 1) / steps;
    const down = Math.max(fromHeight - t * metres * GRADE, toHeight - (1 - t) * metres * GRADE, 0);
    return [from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t, level ? fromHeight : down];
  });
}
