import type { CatalogStore } from './catalog-store.ts';
import { layerOf } from './layers.ts';
import { isLayerShown, type ViewState } from './view-store.ts';

/** 1 for each Thing whose layer is shown, by Thing number. */
export function visibleThings(catalog: CatalogStore, view: Pick<ViewState, 'only' | 'hidden'>): Uint8Array {
  return Uint8Array.from(catalog.things, (thing) => (isLayerShown(view, layerOf(thing.type)) ? 1 : 0));
}
