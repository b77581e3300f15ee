import Flatbush from 'flatbush';
import type { CityFrame } from '../mesh/city-frame.ts';
import { boxCentre, type Polygon, planePolygons, polygonArea, type Ring, ringContains } from '../mesh/plane.ts';
import type { Feature, FeatureTags } from '../read/feature.ts';
import type { BuildingOverride } from '../read/pack.ts';
import { type BuildingHeight, buildingHeight } from '../style/building-height.ts';

/** A polygon to raise from `base` to `top`, metres above ground. */
export interface Solid {
  readonly polygon: Polygon;
  readonly base: number;
  readonly top: number;
}

/** One building as it is drawn: one feature, of one solid or of several parts. */
export interface Building {
  readonly feature: Feature;
  readonly solids: readonly Solid[];
  /** m² of the outline. */
  readonly footprint: number;
  /** Of the highest solid. */
  readonly height: BuildingHeight;
}

/** Parts that cover this share of their building's outline stand for it. */
const COVERING = 0.8;
/** Metres from floor to floor of parts that begin on a storey and not at a height. */
const PART_STOREY = 3.1;

interface Shape {
  readonly feature: Feature;
  readonly polygons: readonly Polygon[];
  readonly footprint: number;
  readonly height: BuildingHeight;
}

/**
 * Puts `building:part` features (https://wiki.openstreetmap.org/wiki/Simple_3D_Buildings) to the building whose outline
 * holds them. The outline is then the podium, or is left out where parts cover it. A part in no outline is a building
 * of its own. Features without an area, and those whose override says `partOf`, are left out.
 */
export function composeBuildings(
  features: readonly Feature[],
  overrides: Readonly<Record<string, BuildingOverride>>,
  frame: CityFrame,
): Building[] {
  const drawn = features.filter(({ id }) => overrides[id]?.partOf === undefined);
  const shapes = drawn.flatMap((feature) => shapeOf(feature, overrides[feature.id], frame));
  const outlines = shapes.filter(({ feature }) => feature.tags.building !== undefined);
  const parts = shapes.filter(({ feature }) => feature.tags.building === undefined);
  const holder = outlineFinder(outlines);
  const partsOf = new Map<Shape, Shape[]>();
  const loose: Shape[] = [];
  for (const part of parts) {
    const outline = holder(part);
    if (outline) partsOf.set(outline, [...(partsOf.get(outline) ?? []), part]);
    else loose.push(part);
  }
  return [
    ...outlines.map((outline) => compose(outline, partsOf.get(outline) ?? [])),
    ...loose.map((part) => compose(part, [])),
  ];
}

function shapeOf(feature: Feature, override: BuildingOverride | undefined, frame: CityFrame): Shape[] {
  const polygons = planePolygons(feature, frame);
  if (polygons.length === 0) return [];
  const footprint = polygons.reduce((area, polygon) => area + polygonArea(polygon), 0);
  const found = buildingHeight(feature.id, feature.tags, footprint);
  const ours: BuildingHeight | undefined =
    override?.height === undefined ? undefined : { ...found, height: override.height, source: 'ours' };
  return [{ feature, polygons, footprint, height: ours ?? found }];
}

/** Finds the smallest outline that holds the middle of a part and is no smaller than it. */
function outlineFinder(outlines: readonly Shape[]): (part: Shape) => Shape | undefined {
  if (outlines.length === 0) return () => undefined;
  const index = new Flatbush(outlines.length);
  for (const { polygons } of outlines) {
    const ring = polygons[0]?.[0] ?? [];
    const [xs, ys] = [ring.map(([x]) => x), ring.map(([, y]) => y)];
    index.add(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys));
  }
  index.finish();
  return (part) => {
    const middle = boxCentre(part.polygons[0]?.[0] as Ring);
    return index
      .search(middle[0], middle[1], middle[0], middle[1])
      .map((i) => outlines[i] as Shape)
      .filter(({ polygons, footprint }) => {
        return footprint > part.footprint * 0.9 && ringContains(polygons[0]?.[0] as Ring, middle);
      })
      .sort((a, b) => a.footprint - b.footprint)[0];
  };
}

function compose(outline: Shape, parts: readonly Shape[]): Building {
  const { feature, footprint } = outline;
  // A part that says nothing of its height adds nothing to the podium it stands in.
  const known = parts.filter((part) => part.height.source !== 'default');
  const covered = known.reduce((area, part) => area + part.footprint, 0) >= footprint * COVERING;
  const raised = covered && outline.height.source !== 'ours' ? known : [outline, ...known];
  const tallest = raised.reduce((a, b) => (b.height.height > a.height.height ? b : a));
  return { feature, footprint, solids: raised.flatMap(solidsOf), height: tallest.height };
}

function solidsOf({ feature, polygons, height }: Shape): Solid[] {
  const base = Math.min(baseOf(feature.tags), height.height - 1);
  return polygons.map((polygon) => ({ polygon, base, top: height.height }));
}

function baseOf(tags: FeatureTags): number {
  const metres = Number.parseFloat(tags.min_height ?? '');
  if (metres > 0) return metres;
  const level = Number.parseFloat(tags['building:min_level'] ?? '');
  return level > 0 ? level * PART_STOREY : 0;
}
