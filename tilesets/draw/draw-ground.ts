import { type Point, type Polygon, planeLines, planePolygons, polygonArea } from '../mesh/plane.ts';
import { ribbon } from '../mesh/ribbon.ts';
import { triangulate } from '../mesh/triangulate.ts';
import type { Feature, FeatureTags } from '../read/feature.ts';
import type { Colour } from '../style/colour.ts';
import { landClassOf } from '../style/land-class.ts';
import { GROUND } from '../style/palette.ts';
import { ROOT_SIDE, type TileCanvas } from '../tile/tile-canvas.ts';

/** Metres against the ground plane: under everything, and a little over the footing of the walls. */
const PLATE_HEIGHT = -1;
/** How far the plate goes on around the data, metres, and the size of its cells there. */
const PLATE_MARGIN = 38_400;
const FAR_CELL = 6400;
const WATER_HEIGHT = -0.2;
/** Soft edges of land lie under all land, so that none darkens its neighbour. */
const SOFT_HEIGHT = -0.9;

/** The land under everything, out to beyond the horizon of a low camera. */
export function drawPlate(canvas: TileCanvas): void {
  const half = ROOT_SIDE / 2;
  const far = half + PLATE_MARGIN;
  canvas.flat(0, box(-half, -half, half, half), GROUND.plate);
  for (const [west, south, east, north] of [
    [-far, -far, far, -half],
    [-far, half, far, far],
    [-far, -half, -half, half],
    [half, -half, far, half],
  ] as const) {
    canvas.flat(0, box(west, south, east, north), GROUND.plate, GROUND.plate, FAR_CELL);
  }
}

function box(west: number, south: number, east: number, north: number) {
  const corner = (x: number, y: number) => [x, y, PLATE_HEIGHT, 0] as const;
  return [corner(west, south), corner(east, south), corner(east, north), corner(west, north)];
}

/** Parks, woods, industrial land, car parks: large ones are seen from afar. Returns how many were drawn. */
export function drawLand(canvas: TileCanvas, features: readonly Feature[]): number {
  let count = 0;
  for (const feature of features) {
    const land = landClassOf(feature.tags);
    if (!land) continue;
    for (const polygon of planePolygons(feature, canvas.frame)) {
      const depth = areaDepth(polygonArea(polygon));
      fill(canvas, depth, polygon, land.height, land.colour);
      if (land.soft > 0) softenEdge(canvas, depth, polygon, SOFT_HEIGHT, land.soft, land.colour, GROUND.plate);
    }
    count++;
  }
  return count;
}

/** Metres of width of a waterway that is drawn as a line. */
const WATERWAY_WIDTH: Readonly<Record<string, number>> = { river: 26, canal: 18, stream: 7, ditch: 4 };

/** Lakes and rivers as areas, and as ribbons where the source has no area. Returns how many were drawn. */
export function drawWater(canvas: TileCanvas, features: readonly Feature[]): number {
  let count = 0;
  for (const feature of features) {
    const polygons = planePolygons(feature, canvas.frame);
    for (const polygon of polygons) {
      const area = polygonArea(polygon);
      const depth = areaDepth(area);
      fill(canvas, depth, polygon, WATER_HEIGHT, GROUND.water);
      const soft = Math.min(14, Math.sqrt(area) / 10);
      softenEdge(canvas, depth, polygon, WATER_HEIGHT - 0.04, soft, GROUND.water, GROUND.plate);
    }
    const width = WATERWAY_WIDTH[feature.tags.waterway ?? ''];
    if (width !== undefined && !isCovered(feature.tags)) drawStream(canvas, planeLines(feature, canvas.frame), width);
    count++;
  }
  return count;
}

function isCovered(tags: FeatureTags): boolean {
  return tags.tunnel !== undefined && tags.tunnel !== 'no';
}

function drawStream(canvas: TileCanvas, lines: readonly Point[][], width: number): void {
  const depth = width > 20 ? 0 : width > 10 ? 1 : 2;
  for (const line of lines) {
    const raised = line.map(([x, y]) => [x, y, WATER_HEIGHT] as const);
    for (const shape of ribbon(raised, { width, caps: 'round' })) canvas.flat(depth, shape, GROUND.water);
  }
}

/** The depth of the quadtree at which an area of so many m² appears. */
function areaDepth(area: number): number {
  if (area >= 60_000) return 0;
  if (area >= 15_000) return 1;
  if (area >= 3000) return 2;
  return area >= 600 ? 3 : 4;
}

function fill(canvas: TileCanvas, depth: number, polygon: Polygon, height: number, colour: Colour): void {
  const { points, triangles } = triangulate(polygon);
  const corner = (i: number) => {
    const [x, y] = points[triangles[i] as number] as Point;
    return [x, y, height, 0] as const;
  };
  for (let i = 0; i < triangles.length; i += 3) {
    canvas.flat(depth, [corner(i), corner(i + 1), corner(i + 2)], colour);
  }
}

/** A band outside the polygon, `width` metres, whose colour goes from the polygon's to that of what lies around. */
function softenEdge(
  canvas: TileCanvas,
  depth: number,
  polygon: Polygon,
  height: number,
  width: number,
  colour: Colour,
  around: Colour,
): void {
  for (const ring of polygon) {
    const line = [...ring, ring[0] as Point].map(([x, y]) => [x, y, height] as const);
    // Rings turn so that their outside is on the right; the quads of a ribbon are right, right, left, left.
    for (const shape of ribbon(line, { width: width * 2, caps: 'flat' })) {
      if (shape.length !== 4) continue;
      const [a, b, c, d] = shape as [(typeof shape)[0], (typeof shape)[0], (typeof shape)[0], (typeof shape)[0]];
      const half = (p: typeof a, q: typeof a) => [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2, height, 0] as const;
      canvas.flat(depth, [[a[0], a[1], height, 1], [b[0], b[1], height, 1], half(b, c), half(a, d)], colour, around);
    }
  }
}
