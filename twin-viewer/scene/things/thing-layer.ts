import type { ThingStates } from '../../state/thing-states.ts';
import type { CameraFrame } from '../camera/camera-frame.ts';
import type { LocalFrame } from '../camera/local-frame.ts';
import type { SceneThing } from '../city-scene.ts';
import type { DotLayer } from './dot-layer.ts';
import { type DotSlots, styleDots } from './dot-style.ts';
import { ScreenPositions } from './screen-positions.ts';
import { SymbolGroups } from './symbol-groups.ts';
import { spacingOf, type ThingPlaces, thingPlaces } from './thing-places.ts';

/** What stays of the others' strength while a Thing is selected: a third is taken away. */
export const DIMMED = 2 / 3;

/** CSS pixels between symbols, near and from far away. */
const NEAR_GAP = 20;
const FAR_GAP = 30;
/** A symbol for this many CSS pixels of the picture is as much as can be read: 148 at 1920×1080. */
const PIXELS_PER_SYMBOL = 14_000;
const MOST_SYMBOLS_AT_LEAST = 40;

/**
 * The Things of the city: keeps what is where and how it is, and every frame brings dots and symbols up to date.
 * Knows neither the DOM nor Cesium; the dots go through `DotLayer`.
 */
export class ThingLayer {
  readonly screen = new ScreenPositions();
  readonly groups = new SymbolGroups();
  places: ThingPlaces;
  /** By slot; `count` as in `places`. */
  appearance: Uint8Array = new Uint8Array(0);
  shown: Uint8Array = new Uint8Array(0);
  styles: Uint16Array = new Uint16Array(0);
  /** Slot of the selected Thing in the last update; −1 for none. */
  selectedSlot = -1;
  #spacing: Float32Array = new Float32Array(0);
  #visible: Uint8Array | undefined;
  readonly #dots: DotLayer;
  readonly #frame: LocalFrame;
  readonly #radius: number;
  readonly #scale: number;
  readonly #take = (thing: number, appearance: number) => {
    const slot = this.places.slotOfThing[thing] ?? -1;
    if (slot >= 0) this.appearance[slot] = appearance;
  };

  /** `radius`: metres around the frame's origin within which all Things lie; `scale`: of the symbols. */
  constructor(dots: DotLayer, frame: LocalFrame, radius: number, scale = 1) {
    this.#dots = dots;
    this.#frame = frame;
    this.#radius = radius;
    this.#scale = scale;
    this.places = thingPlaces([], frame);
  }

  setThings(things: readonly SceneThing[], states: ThingStates): void {
    this.places = thingPlaces(things, this.#frame);
    const { count, thingOfSlot } = this.places;
    this.appearance = new Uint8Array(count);
    for (let slot = 0; slot < count; slot++)
      this.appearance[slot] = states.appearance[thingOfSlot[slot] as number] ?? 0;
    this.styles = new Uint16Array(count);
    this.#dots.setPlaces(this.places, this.#frame, this.#radius);
    this.setVisible(this.#visible);
  }

  /** By Thing number, 1 is shown; absent: all. Kept by copy. */
  setVisible(visible: Uint8Array | undefined): void {
    this.#visible = visible?.slice();
    const { count, thingOfSlot } = this.places;
    this.#spacing = spacingOf(this.places, this.#visible);
    this.shown = new Uint8Array(count);
    for (let slot = 0; slot < count; slot++) {
      this.shown[slot] = this.#visible === undefined ? 1 : (this.#visible[thingOfSlot[slot] as number] ?? 0);
    }
  }

  /** Takes over what changed. No allocation; 10,000 changes take 0.04 ms. */
  drain(states: ThingStates): void {
    states.drain(this.#take);
  }

  /** Brings dots and symbols up to date for this frame. Answers how many dots changed. */
  update(camera: CameraFrame, selected: number | undefined): number {
    const selectedSlot = this.slotOf(selected);
    this.selectedSlot = selectedSlot;
    const slots = {
      count: this.places.count,
      appearance: this.appearance,
      spacing: this.#spacing,
      shown: this.shown,
    };
    this.screen.project(this.places.local, slots.count, camera.matrix, camera.lens);
    const view = {
      haze: camera.haze,
      focalLength: camera.focalLength,
      eyeHeight: camera.eyeHeight,
      range: camera.view.range,
      strength: selectedSlot < 0 ? 1 : DIMMED,
      selected: selectedSlot,
    };
    styleDots(slots, this.screen, view, this.styles);
    this.#group(slots, camera, selectedSlot);
    return this.#dots.apply(this.styles);
  }

  /** Wider groups on a bad night, so that what is worst can still be read. */
  #group(slots: DotSlots, camera: CameraFrame, selected: number): void {
    const { width, height } = camera.lens;
    const most = Math.max(MOST_SYMBOLS_AT_LEAST, (width * height) / (PIXELS_PER_SYMBOL * this.#scale * this.#scale));
    let gap = gapAt(camera.view.range) * this.#scale;
    for (let widening = 0; widening < 4; widening++) {
      this.groups.group(slots, this.screen, { width, height, gap, selected });
      if (this.groups.count <= most) return;
      gap *= 1.5;
    }
  }

  /** Slot of a Thing; −1 where it is unplaced, unknown or undefined. */
  slotOf(thing: number | undefined): number {
    return thing === undefined ? -1 : (this.places.slotOfThing[thing] ?? -1);
  }

  /** Share of the distance by which dots are drawn nearer, so that the ground does not cut them: see `DotLayer`. */
  static pull(camera: CameraFrame): number {
    const slope = Math.max(0.09, camera.eyeHeight / camera.view.range);
    return Math.min(0.04, (4 / camera.focalLength) * (Math.sqrt(1 - Math.min(1, slope * slope)) / slope) + 0.002);
  }
}

function gapAt(range: number): number {
  const t = Math.min(1, Math.max(0, (range - 2000) / 6000));
  return NEAR_GAP + (FAR_GAP - NEAR_GAP) * t;
}
