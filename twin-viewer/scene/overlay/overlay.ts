import type { CityLabel } from '#devices/catalog/city-pack.ts';
import type { Language } from '#devices/model/localized-text.ts';
import type { CameraFrame } from '../camera/camera-frame.ts';
import type { LocalFrame } from '../camera/local-frame.ts';
import { reducedMotion } from '../reduced-motion.ts';
import type { ThingLayer } from '../things/thing-layer.ts';
import { CityLabels } from './city-labels.ts';
import { TakenSpace } from './label-layout.ts';
import { paintSymbols, takeSymbols } from './paint-symbols.ts';
import { paintTag, type Tag, takeTag } from './paint-tag.ts';
import { type SymbolAtlas, symbolAtlas } from './symbol-atlas.ts';

/** The canvas above the city: symbols, names and what is pointed at. Lets every pointer through. */
export class Overlay {
  readonly canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #labels: CityLabels;
  readonly #scale: number;
  #atlas: SymbolAtlas | undefined;
  #pixelRatio = 1;
  #paintedAt: number | undefined;
  #fading = false;

  /** `scale`: of symbols and text; 1 at a desk, 2.4 on a wall. */
  constructor(labels: readonly CityLabel[], frame: LocalFrame, language: Language, scale: number) {
    this.canvas = document.createElement('canvas');
    this.canvas.setAttribute('aria-hidden', 'true');
    Object.assign(this.canvas.style, { position: 'absolute', inset: '0', pointerEvents: 'none' });
    const context = this.canvas.getContext('2d');
    if (context === null) throw new Error('overlay: this browser gives no 2D canvas');
    this.#context = context;
    this.#scale = scale;
    this.#labels = new CityLabels(labels, frame, language);
  }

  setLanguage(language: Language): void {
    this.#labels.setLanguage(language);
  }

  /** `width`, `height` in CSS pixels. */
  resize(width: number, height: number, pixelRatio: number): void {
    this.canvas.width = Math.round(width * pixelRatio);
    this.canvas.height = Math.round(height * pixelRatio);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    if (this.#atlas === undefined || pixelRatio !== this.#pixelRatio) {
      this.#atlas = symbolAtlas(pixelRatio * this.#scale);
      this.#labels.setDensity(this.#scale, pixelRatio);
    }
    this.#pixelRatio = pixelRatio;
  }

  /** Draws one frame at `now` (ms, monotonic). Answers whether names are still fading and want another. */
  paint(things: ThingLayer, camera: CameraFrame, tags: readonly Tag[], now: number): boolean {
    const { width, height } = camera.lens;
    const context = this.#context;
    const scale = this.#scale;
    context.setTransform(this.#pixelRatio, 0, 0, this.#pixelRatio, 0, 0);
    context.clearRect(0, 0, width, height);
    if (this.#atlas === undefined) return false;
    const taken = new TakenSpace(width, height);
    for (const tag of tags) takeTag(context, tag, taken, width, scale);
    takeSymbols(things, camera, taken, scale);
    this.#labels.layOut(camera, taken);
    const fading = this.#labels.paint(context, camera, this.#elapsed(now));
    this.#fading = fading;
    this.#paintedAt = now;
    paintSymbols(context, things, camera, this.#atlas, scale);
    for (const tag of tags) paintTag(context, tag, width, scale);
    return fading;
  }

  /** Milliseconds of fading that this frame is worth: all of it at first, one frame's after a rest. */
  #elapsed(now: number): number {
    if (this.#paintedAt === undefined || reducedMotion()) return Number.POSITIVE_INFINITY;
    return this.#fading ? now - this.#paintedAt : 16;
  }
}
