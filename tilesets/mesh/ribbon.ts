import type { Corner } from './grid-clip.ts';
import type { Point } from './plane.ts';

/** A point of a centre line with the height of the ribbon there, metres. */
export type RaisedPoint = readonly [x: number, y: number, height: number];

export interface RibbonOptions {
  /** Metres from edge to edge. */
  readonly width: number;
  /** Round caps let ribbons that meet at a point grow together. */
  readonly caps: 'round' | 'flat';
  /** Corners of a round cap. */
  readonly capCorners?: number;
}

/** A mitre longer than this many half widths is cut to a bevel (SVG's stroke-miterlimit). */
const MITRE_LIMIT = 2.2;

/**
 * Convex shapes, counter-clockwise, that together cover a line of the given width: one quad a segment with mitred or
 * bevelled joins, and the caps. Neighbouring quads share their edge, so the ribbon has neither gap nor overlap except
 * on the inner side of a sharp turn.
 */
export function ribbon(line: readonly RaisedPoint[], options: RibbonOptions): Corner[][] {
  const half = options.width / 2;
  const closed = line.length > 3 && samePlace(line[0], line.at(-1));
  const points = closed ? line.slice(0, -1) : line;
  const segments = closed ? points.length : points.length - 1;
  const at = (i: number) => points[(i + points.length) % points.length] as RaisedPoint;
  const shapes: Corner[][] = [];
  const joins = points.map((point, i) => {
    if (!closed && (i === 0 || i === points.length - 1)) {
      return straightJoin(point, i === 0 ? unit(point, at(1)) : unit(at(i - 1), point), half);
    }
    return join(unit(at(i - 1), point), point, unit(point, at(i + 1)), half);
  });
  for (let i = 0; i < segments; i++) {
    const [a, b] = [joins[i] as Join, joins[(i + 1) % points.length] as Join];
    shapes.push([
      raise(a.outRight, at(i)),
      raise(b.inRight, at(i + 1)),
      raise(b.inLeft, at(i + 1)),
      raise(a.outLeft, at(i)),
    ]);
  }
  for (const [i, each] of joins.entries()) if (each.bevel) shapes.push(each.bevel.map((p) => raise(p, at(i))));
  if (!closed && options.caps === 'round') {
    const corners = options.capCorners ?? 4;
    shapes.push(cap(at(0), unit(at(1), at(0)), half, corners), cap(at(-1), unit(at(-2), at(-1)), half, corners));
  }
  return shapes;
}

/** The two edge points with which the segment before ends, those with which the one after begins, and the bevel between. */
interface Join {
  readonly inLeft: Point;
  readonly inRight: Point;
  readonly outLeft: Point;
  readonly outRight: Point;
  readonly bevel?: readonly Point[];
}

function straightJoin([x, y]: RaisedPoint, [dx, dy]: Point, half: number): Join {
  const left: Point = [x - dy * half, y + dx * half];
  const right: Point = [x + dy * half, y - dx * half];
  return { inLeft: left, inRight: right, outLeft: left, outRight: right };
}

function join(before: Point, point: RaisedPoint, after: Point, half: number): Join {
  const [x, y] = point;
  const cosine = before[0] * after[0] + before[1] * after[1];
  const stretch = 1 / Math.sqrt(Math.max((1 + cosine) / 2, 1e-9));
  if (stretch <= MITRE_LIMIT) {
    const [mx, my] = normalised(before[0] + after[0], before[1] + after[1]);
    return straightJoin(point, [mx, my], half * stretch);
  }
  const [into, out] = [straightJoin(point, before, half), straightJoin(point, after, half)];
  const leftTurn = before[0] * after[1] - before[1] * after[0] > 0;
  const centre: Point = [x, y];
  const bevel = leftTurn ? [centre, into.inRight, out.outRight] : [centre, out.outLeft, into.inLeft];
  return { inLeft: into.inLeft, inRight: into.inRight, outLeft: out.outLeft, outRight: out.outRight, bevel };
}

function cap([x, y, height]: RaisedPoint, [dx, dy]: Point, half: number, corners: number): Corner[] {
  const shape: Corner[] = [];
  for (let i = 0; i <= corners; i++) {
    const angle = -Math.PI / 2 + (Math.PI * i) / corners;
    const [cos, sin] = [Math.cos(angle) * half, Math.sin(angle) * half];
    shape.push([x + dx * cos - dy * sin, y + dy * cos + dx * sin, height, 0]);
  }
  return shape;
}

function raise([x, y]: Point, [, , height]: RaisedPoint): Corner {
  return [x, y, height, 0];
}

function unit(from: RaisedPoint, to: RaisedPoint): Point {
  return normalised(to[0] - from[0], to[1] - from[1]);
}

function normalised(x: number, y: number): Point {
  const length = Math.hypot(x, y) || 1;
  return [x / length, y / length];
}

function samePlace(a: RaisedPoint | undefined, b: RaisedPoint | undefined): boolean {
  return a !== undefined && b !== undefined && a[0] === b[0] && a[1] === b[1];
}
