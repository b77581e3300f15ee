import type { CameraView, CityLabel, CityManifest } from '#devices/catalog/city-pack.ts';
import type { Language } from '#devices/model/localized-text.ts';
import type { Location } from '#devices/model/location.ts';
import type { ThingStates } from '../state/thing-states.ts';

/** A Thing as the scene needs it; its position in the array is its number in `ThingStates`. */
export interface SceneThing {
  readonly id: string;
  readonly type: string;
  /** Shown beside the hovered or selected symbol. */
  readonly label: string;
  /** Absent: unplaced, not drawn. */
  readonly location: Location | undefined;
}

export interface CitySceneOptions {
  readonly city: CityManifest;
  readonly labels: readonly CityLabel[];
  /** URL of the tileset.json. */
  readonly tilesetUrl: string;
  readonly states: ThingStates;
  readonly language: Language;
  /** Scale of symbols and text: 1 (the default) at a desk, 2.4 on a wall. */
  readonly symbolScale?: number;
}

/** CSS pixels at each edge of the container that panels cover. */
export interface SceneInsets {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

export interface SceneEvents {
  /** A Thing was clicked, or (undefined) the empty city. */
  readonly pick: { readonly thing: number | undefined; readonly building: PickedBuilding | undefined };
  /** What is under the pointer now; `x`, `y` in CSS pixels of the container. */
  readonly hover: { readonly thing: number | undefined; readonly x: number; readonly y: number };
  /** The camera came to rest. */
  readonly camera: CameraView;
  /** Share of the tiles of this view that are loaded, 0–1; 1: the view is whole. */
  readonly loading: { readonly progress: number };
  /** A frame that shows ThingStates drained up to this moment was presented. */
  readonly presented: { readonly time: number };
  readonly failed: { readonly what: SceneFault; readonly message: string };
  /** What had failed works again: the tiles could be read after all, a lost drawing context was replaced. */
  readonly recovered: { readonly what: SceneFault };
}

/** `webgl`: there is no drawing context, or it draws no more; `context`: it was lost, another is on its way. */
export type SceneFault = 'webgl' | 'context' | 'tiles';

/** A building as its property table tells of it; empty where the source says nothing. */
export interface PickedBuilding {
  readonly id: string;
  readonly name: string | undefined;
  readonly levels: number | undefined;
  /** Metres. */
  readonly height: number | undefined;
  /** `height`, `levels`, `type`, `default` or `ours`: how sure the height is. */
  readonly heightSource: string | undefined;
}

/** The city on a canvas. `createCityScene` in this folder makes one; nothing outside this folder knows Cesium. */
export interface CityScene {
  /** Replaces the Things; numbers that existed before keep their meaning. */
  setThings(things: readonly SceneThing[]): void;
  /** Shows only Things for which `visible[thing]` is 1. */
  setVisible(visible: Uint8Array): void;
  setSelected(thing: number | undefined): void;
  setHovered(thing: number | undefined): void;
  setLanguage(language: Language): void;
  /** Ease-out, ≤ 1.5 s; at once where the user prefers reduced motion or `immediate`. */
  flyTo(camera: CameraView, options?: { readonly immediate?: boolean }): void;
  /** What panels cover now: the rest is where `flyToThing` puts its Thing. */
  setInsets(insets: SceneInsets): void;
  /** Flies so that the Thing stands in the middle of what panels leave free. */
  flyToThing(thing: number): void;
  camera(): CameraView;
  /** Metres per CSS pixel at the middle of the view, and the heading, for the scale bar and the north arrow. */
  scale(): { readonly metresPerPixel: number; readonly headingDegrees: number };
  /** CSS pixel position of a Thing, undefined where it is not on screen. For tests and leader lines. */
  project(thing: number): { readonly x: number; readonly y: number } | undefined;
  /** `failed`, `loading` and `camera` also tell a new listener at once what they last told. */
  on<K extends keyof SceneEvents>(event: K, listener: (fact: SceneEvents[K]) => void): () => void;
  dispose(): void;
}
