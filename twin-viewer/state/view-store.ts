import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CameraView } from '#devices/catalog/city-pack.ts';
import type { Language } from '#devices/model/localized-text.ts';
import type { PickedBuilding, SceneEvents } from '../scene/city-scene.ts';
import type { Layer } from './layers.ts';

/** What is under the eye: one Thing, one building, or neither. */
export type Selection =
  | { readonly kind: 'thing'; readonly id: string }
  | { readonly kind: 'building'; readonly building: PickedBuilding }
  | { readonly kind: 'none' };

export const NO_SELECTION: Selection = { kind: 'none' };

/** What lies over the screen, one at a time. */
export type Overlay = 'search' | 'help' | 'sources' | undefined;

/** What people chose and where they look. */
export interface ViewState {
  readonly language: Language;
  readonly selection: Selection;
  /** Only this layer is shown; undefined: all that are not hidden. */
  readonly only: Layer | undefined;
  readonly hidden: ReadonlySet<Layer>;
  readonly isRailOpen: boolean;
  readonly overlay: Overlay;
  /** Where the camera came to rest; undefined before the scene is there. */
  readonly camera: CameraView | undefined;
  readonly hover: SceneEvents['hover'] | undefined;
  /** Share of the tiles of this view that are loaded, 0–1. */
  readonly tilesLoaded: number;
  readonly sceneFailure: SceneEvents['failed'] | undefined;
}

export type ViewStore = StoreApi<ViewState>;

export function createViewStore(language: Language, isRailOpen: boolean): ViewStore {
  return createStore<ViewState>(() => ({
    language,
    selection: NO_SELECTION,
    only: undefined,
    hidden: new Set(),
    isRailOpen,
    overlay: undefined,
    camera: undefined,
    hover: undefined,
    tilesLoaded: 0,
    sceneFailure: undefined,
  }));
}

/** Selects; the list of sources makes room for the panel of what is selected. */
export function select(view: ViewStore, selection: Selection): void {
  view.setState(({ overlay }) => ({
    selection,
    overlay: overlay === 'sources' && selection.kind !== 'none' ? undefined : overlay,
  }));
}

/** Shows only this layer; all again where it was the only one. */
export function toggleOnly(view: ViewStore, layer: Layer): void {
  view.setState((state) => ({ only: state.only === layer ? undefined : layer }));
}

export function toggleHidden(view: ViewStore, layer: Layer): void {
  view.setState((state) => {
    const hidden = new Set(state.hidden);
    if (!hidden.delete(layer)) hidden.add(layer);
    return { hidden, only: undefined };
  });
}

export function isLayerShown(state: Pick<ViewState, 'only' | 'hidden'>, layer: Layer): boolean {
  return state.only === undefined ? !state.hidden.has(layer) : state.only === layer;
}
