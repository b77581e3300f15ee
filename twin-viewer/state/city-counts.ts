import type { CatalogStore } from './catalog-store.ts';
import { LAYERS, type Layer, layerOf } from './layers.ts';
import { APPEARANCE_CODE, APPEARANCES, type ThingStates } from './thing-states.ts';

/** How many Things of one layer show how; by appearance code. */
export interface LayerCount {
  readonly layer: Layer;
  readonly total: number;
  readonly byAppearance: readonly number[];
}

export interface CityCounts {
  /** Layers that have Things, in the order of LAYERS. */
  readonly layers: readonly LayerCount[];
  readonly total: number;
  /** Things beyond a limit. */
  readonly abnormal: number;
  readonly stale: number;
  readonly bad: number;
  /** Things without a place; they are on no map, only in lists. */
  readonly unplaced: number;
  readonly simulated: number;
}

/** Counts all Things once: 0.5 ms for 25,000. For twice a second, not for every frame. */
export function countCity(catalog: CatalogStore, states: ThingStates): CityCounts {
  const byLayer = new Map<Layer, number[]>();
  let unplaced = 0;
  let simulated = 0;
  catalog.things.forEach((thing, number) => {
    const layer = layerOf(thing.type);
    let counts = byLayer.get(layer);
    if (counts === undefined) {
      counts = APPEARANCES.map(() => 0);
      byLayer.set(layer, counts);
    }
    const code = states.appearance[number] as number;
    counts[code] = (counts[code] as number) + 1;
    if (thing.location === undefined) unplaced++;
    if (thing.simulated) simulated++;
  });
  const layers = LAYERS.flatMap((layer) => {
    const byAppearance = byLayer.get(layer);
    return byAppearance === undefined ? [] : [{ layer, total: sum(byAppearance), byAppearance }];
  });
  const of = (code: number) => sum(layers.map(({ byAppearance }) => byAppearance[code] as number));
  return {
    layers,
    total: catalog.things.length,
    abnormal: sum(APPEARANCES.slice(APPEARANCE_CODE.low).map((name) => of(APPEARANCE_CODE[name]))),
    stale: of(APPEARANCE_CODE.stale),
    bad: of(APPEARANCE_CODE.bad),
    unplaced,
    simulated,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
