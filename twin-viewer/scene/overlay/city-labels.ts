import type { CityLabel } from '#devices/catalog/city-pack.ts';
import type { Language } from '#devices/model/localized-text.ts';
import type { CameraFrame } from '../camera/camera-frame.ts';
import { type LocalFrame, localFromDegrees } from '../camera/local-frame.ts';
import { veil } from '../haze.ts';
import { ScreenPositions } from '../things/screen-positions.ts';
import { type LabelWish, labelsThatFit, type TakenSpace } from './label-layout.ts';
import { type LabelSprite, labelSprite } from './label-sprites.ts';

/**
 * Metres from the eye between which labels of a rank are wanted, by rank; and how many ranges of the camera far at most,
 * so that near the ground the names of far streets do not hang in the air.
 */
const REACH: readonly { readonly nearest: number; readonly farthest: number; readonly ranges: number }[] = [
  { nearest: 500, farthest: 40_000, ranges: 12 },
  { nearest: 250, farthest: 18_000, ranges: 5 },
  { nearest: 120, farthest: 5_500, ranges: 3 },
  { nearest: 60, farthest: 2_600, ranges: 2.5 },
  { nearest: 30, farthest: 1_100, ranges: 2 },
];
/** Metres within which the camera's range limits nothing. */
const NEIGHBOURHOOD = 500;

/** Most labels on the screen at once: a map, not a gazetteer. */
const LIMIT = 36;
const FADE_MS = 160;
const IN_PLACE = [0];
const MAKING_WAY = [0, -28, 28, -56, 56];
/** CSS pixels between a landmark's top and its name. */
const ON_TOP = 5;

/** The names on the city: which of them are seen, and how strongly. */
export class CityLabels {
  readonly #labels: readonly CityLabel[];
  readonly #local: Float64Array;
  readonly #screen = new ScreenPositions();
  readonly #sprites = new Map<number, LabelSprite | undefined>();
  /** 0–1 by label: how far it has faded in. */
  readonly #strength: Float32Array;
  /** CSS pixels by which a label stands lower than its place, by label. */
  readonly #offset: Float32Array;
  #fitting: ReadonlyMap<number, number> = new Map();
  #language: Language;
  #scale = 1;
  #pixelRatio = 1;

  constructor(labels: readonly CityLabel[], frame: LocalFrame, language: Language) {
    this.#labels = labels;
    this.#language = language;
    this.#strength = new Float32Array(labels.length);
    this.#offset = new Float32Array(labels.length);
    this.#local = new Float64Array(labels.length * 3);
    labels.forEach((label, i) => {
      localFromDegrees(frame, label.lon, label.lat, label.height, this.#local, i * 3);
    });
  }

  setLanguage(language: Language): void {
    if (language !== this.#language) this.#sprites.clear();
    this.#language = language;
  }

  /** `scale`: of the text; `pixelRatio`: device pixels per CSS pixel. */
  setDensity(scale: number, pixelRatio: number): void {
    if (scale !== this.#scale || pixelRatio !== this.#pixelRatio) this.#sprites.clear();
    this.#scale = scale;
    this.#pixelRatio = pixelRatio;
  }

  /** Chooses the labels of this frame; they avoid what is `taken` and take their own space. */
  layOut(camera: CameraFrame, taken: TakenSpace): void {
    this.#screen.project(this.#local, this.#labels.length, camera.matrix, camera.lens);
    const wishes: LabelWish[] = [];
    for (let label = 0; label < this.#labels.length; label++) {
      const wish = this.#wish(label, camera);
      if (wish !== undefined) wishes.push(wish);
    }
    this.#fitting = labelsThatFit(wishes, taken, LIMIT);
    for (const [label, offset] of this.#fitting) this.#offset[label] = offset;
  }

  /** Fades towards the choice by `elapsedMs` and draws. Answers whether the fading goes on. */
  paint(context: CanvasRenderingContext2D, camera: CameraFrame, elapsedMs: number): boolean {
    const step = elapsedMs / FADE_MS;
    let fading = false;
    for (let label = 0; label < this.#labels.length; label++) {
      const wanted = this.#fitting.has(label) ? 1 : 0;
      const before = this.#strength[label] as number;
      if (wanted === 0 && before === 0) continue;
      const strength = wanted === 1 ? Math.min(1, before + step) : Math.max(0, before - step);
      this.#strength[label] = strength;
      if (strength !== wanted) fading = true;
      if (strength > 0) this.#paintOne(context, camera, label, strength);
    }
    return fading;
  }

  #paintOne(context: CanvasRenderingContext2D, camera: CameraFrame, label: number, strength: number): void {
    const sprite = this.#sprite(label);
    const depth = this.#screen.depth[label] as number;
    if (sprite === undefined || depth === 0) return;
    const rank = (this.#labels[label] as CityLabel).rank;
    context.globalAlpha = strength * (1 - (rank === 0 ? 0.55 : 0.8) * veil(camera.haze, depth));
    const left = (this.#screen.x[label] as number) - sprite.width / 2;
    const top = this.#middle(label, sprite) + (this.#offset[label] as number) - sprite.height / 2;
    context.drawImage(sprite.canvas, Math.round(left), Math.round(top), sprite.width, sprite.height);
  }

  /** A landmark's name stands on its top, any other lies on its place. CSS pixels. */
  #middle(label: number, sprite: LabelSprite): number {
    const y = this.#screen.y[label] as number;
    return this.#labels[label]?.kind === 'landmark' ? y - sprite.height / 2 - ON_TOP : y;
  }

  #wish(label: number, camera: CameraFrame): LabelWish | undefined {
    const depth = this.#screen.depth[label] as number;
    const { rank } = this.#labels[label] as CityLabel;
    const reach = REACH[rank] as (typeof REACH)[number];
    const farthest = Math.min(reach.farthest, NEIGHBOURHOOD + reach.ranges * camera.view.range);
    if (depth < reach.nearest || depth > farthest) return undefined;
    if (rank > 0 && veil(camera.haze, depth) > 0.8) return undefined;
    const sprite = this.#sprite(label);
    if (sprite === undefined) return undefined;
    const x = this.#screen.x[label] as number;
    const y = this.#middle(label, sprite);
    const { width, height } = camera.lens;
    if (x < sprite.width / 2 || x > width - sprite.width / 2) return undefined;
    if (y < sprite.height / 2 || y > height - sprite.height / 2) return undefined;
    return {
      label,
      rank,
      distance: depth,
      x,
      y,
      width: sprite.width,
      height: sprite.height,
      offsets: this.#offsets(label, rank),
      shown: (this.#strength[label] as number) > 0,
    };
  }

  /** An important name may make way for symbols; where it stands already is where it stays if it can. */
  #offsets(label: number, rank: number): readonly number[] {
    if (rank > 1 || this.#labels[label]?.kind === 'landmark') return IN_PLACE;
    if ((this.#strength[label] as number) === 0) return MAKING_WAY;
    return [this.#offset[label] as number, ...MAKING_WAY];
  }

  #sprite(label: number): LabelSprite | undefined {
    if (!this.#sprites.has(label)) {
      const of = this.#labels[label] as CityLabel;
      this.#sprites.set(label, labelSprite(of, this.#language, this.#scale, this.#pixelRatio));
    }
    return this.#sprites.get(label);
  }
}
