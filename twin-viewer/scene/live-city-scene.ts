import type { CameraView } from '#devices/catalog/city-pack.ts';
import type { Language } from '#devices/model/localized-text.ts';
import { type CameraFrame, FOV_Y } from './camera/camera-frame.ts';
import { CameraPilot } from './camera/camera-pilot.ts';
import { frameOfBox, type LocalFrame, metresPerDegree } from './camera/local-frame.ts';
import { type Lens, metresPerPixel, type OrbitLimits, offCentre } from './camera/orbit.ts';
import { PointerControl } from './camera/pointer-control.ts';
import type { CityScene, CitySceneOptions, SceneEvents, SceneFault, SceneInsets, SceneThing } from './city-scene.ts';
import { CityStage } from './city-stage.ts';
import { Overlay } from './overlay/overlay.ts';
import { symbolLift } from './overlay/paint-symbols.ts';
import { tagsOf } from './overlay/tags.ts';
import { reducedMotion } from './reduced-motion.ts';
import { FULL_SAMPLES, RenderQuality } from './render-quality.ts';
import { RestorePace } from './restore-pace.ts';
import { SceneEmitter } from './scene-events.ts';
import { pickThing } from './things/pick-thing.ts';
import { DIMMED, ThingLayer } from './things/thing-layer.ts';
import { buildingOf } from './tiles/city-tileset.ts';

/** Metres: nearer than this a wall fills the picture; farther than this the city is a coin. */
const MIN_RANGE = 120;
const MAX_RANGE = 26_000;
const MIN_PITCH_DEGREES = 8;
/** Metres from which a Thing is looked at when one flies to it. */
const THING_RANGE = 900;
const FIRST_RETRY_MS = 2000;
const LAST_RETRY_MS = 60_000;

/** The scene while it lives: joins the camera, the stage with its WebGL context, the Things and the overlay. */
export class LiveCityScene implements CityScene {
  readonly #container: HTMLElement;
  readonly #options: CitySceneOptions;
  readonly #scale: number;
  readonly #frame: LocalFrame;
  readonly #radius: number;
  readonly #events = new SceneEmitter();
  readonly #pilot: CameraPilot;
  readonly #overlay: Overlay;
  readonly #ended = new AbortController();
  #stage: CityStage | undefined;
  #things: ThingLayer | undefined;
  #sceneThings: readonly SceneThing[] = [];
  #visible: Uint8Array | undefined;
  #selected: number | undefined;
  #hovered: number | undefined;
  #insets: SceneInsets = { top: 0, right: 0, bottom: 0, left: 0 };
  #camera: CameraFrame | undefined;
  #drainedAt = 0;
  #quality = new RenderQuality(false);
  #samples = FULL_SAMPLES;
  #moving = false;
  #progress = 1;
  #ticking = 0;
  #fading = false;
  readonly #restorePace = new RestorePace();

  constructor(container: HTMLElement, options: CitySceneOptions) {
    this.#container = container;
    this.#options = options;
    this.#scale = options.symbolScale ?? 1;
    const { bounds, home } = options.city;
    this.#frame = frameOfBox(bounds);
    const metres = metresPerDegree(this.#frame.lat);
    this.#radius = Math.hypot((bounds[2] - bounds[0]) * metres.lon, (bounds[3] - bounds[1]) * metres.lat);
    this.#pilot = new CameraPilot(home, limitsOf(options), reducedMotion);
    this.#overlay = new Overlay(options.labels, this.#frame, options.language, this.#scale);
  }

  /** Starts drawing. Never rejects: what fails is told as a fact. */
  async start(): Promise<void> {
    const { signal } = this.#ended;
    if (getComputedStyle(this.#container).position === 'static') this.#container.style.position = 'relative';
    this.#openStage('webgl');
    this.#container.append(this.#overlay.canvas);
    const pointer = new PointerControl(this.#container, this.#pilot, () => this.#lens(), {
      onClick: (x, y) => this.#click(x, y),
      onPoint: (at) => this.#point(at),
      onAsk: () => this.#wake(),
    });
    signal.addEventListener('abort', () => pointer.dispose());
    const size = new ResizeObserver(() => this.#resize());
    size.observe(this.#container);
    signal.addEventListener('abort', () => size.disconnect());
    signal.addEventListener(
      'abort',
      this.#options.states.subscribe(() => this.#stage?.requestRender()),
    );
    this.#resize();
  }

  setThings(things: readonly SceneThing[]): void {
    const moved = !samePlaces(this.#sceneThings, things);
    this.#sceneThings = things;
    if (moved) this.#things?.setThings(things, this.#options.states);
    this.#stage?.requestRender();
  }

  setVisible(visible: Uint8Array): void {
    this.#visible = visible;
    this.#things?.setVisible(visible);
    this.#stage?.requestRender();
  }

  setSelected(thing: number | undefined): void {
    if (thing === this.#selected) return;
    this.#selected = thing;
    this.#stage?.setLight(thing === undefined ? 1 : DIMMED);
    this.#stage?.requestRender();
  }

  setHovered(thing: number | undefined): void {
    if (thing === this.#hovered) return;
    this.#hovered = thing;
    this.#repaint();
  }

  setLanguage(language: Language): void {
    this.#overlay.setLanguage(language);
    this.#repaint();
  }

  setInsets(insets: SceneInsets): void {
    this.#insets = insets;
  }

  flyTo(camera: CameraView, options?: { readonly immediate?: boolean }): void {
    this.#pilot.flyTo(camera, performance.now(), options?.immediate ?? false);
    this.#wake();
  }

  flyToThing(thing: number): void {
    const location = this.#sceneThings[thing]?.location;
    if (location === undefined) return;
    const { view } = this.#pilot;
    const close = {
      lon: location.lon,
      lat: location.lat,
      range: Math.min(view.range, THING_RANGE),
      headingDegrees: view.headingDegrees,
      pitchDegrees: Math.min(60, Math.max(30, view.pitchDegrees)),
    };
    const { top, right, bottom, left } = this.#insets;
    this.flyTo(offCentre(close, this.#lens(), (left - right) / 2, (top - bottom) / 2));
  }

  camera(): CameraView {
    return this.#pilot.view;
  }

  scale(): { readonly metresPerPixel: number; readonly headingDegrees: number } {
    const { view } = this.#pilot;
    return { metresPerPixel: metresPerPixel(view, this.#lens()), headingDegrees: view.headingDegrees };
  }

  project(thing: number): { readonly x: number; readonly y: number } | undefined {
    const slot = this.#things?.slotOf(thing) ?? -1;
    if (this.#things === undefined || slot < 0 || this.#things.screen.depth[slot] === 0) return undefined;
    return { x: this.#things.screen.x[slot] as number, y: this.#things.screen.y[slot] as number };
  }

  on<K extends keyof SceneEvents>(event: K, listener: (fact: SceneEvents[K]) => void): () => void {
    return this.#events.on(event, listener);
  }

  dispose(): void {
    this.#ended.abort();
    cancelAnimationFrame(this.#ticking);
    this.#events.clear();
    this.#stage?.dispose();
    this.#stage = undefined;
    this.#things = undefined;
    this.#overlay.canvas.remove();
  }

  /** Builds what needs WebGL; later, if it cannot be had now. `lack`: how it is called that there is none. */
  #openStage(lack: 'webgl' | 'context'): void {
    let stage: CityStage;
    try {
      stage = new CityStage(this.#container, this.#frame, this.#options.city.bounds, this.#scale);
    } catch (error) {
      const message = `this browser gives no WebGL 2, which the city needs: ${reason(error)}`;
      this.#events.emit('failed', { what: lack, message });
      this.#openStageLater(lack);
      return;
    }
    this.#stage = stage;
    this.#quality = new RenderQuality(stage.isSoftwareGl);
    stage.onRender(
      () => this.#beforeRender(),
      () => this.#afterRender(),
      (error) => {
        // A lost context fails in its own way.
        if (this.#stage !== stage || stage.isContextLost) return;
        this.#events.emit('failed', { what: 'webgl', message: `drawing stopped: ${reason(error)}` });
      },
    );
    stage.canvas.addEventListener('webglcontextlost', () => this.#loseStage(stage), { once: true });
    this.#things = new ThingLayer(stage.dots, this.#frame, this.#radius, this.#scale);
    this.#things.setThings(this.#sceneThings, this.#options.states);
    this.#things.setVisible(this.#visible);
    stage.setLight(this.#selected === undefined ? 1 : DIMMED);
    void this.#loadTiles(stage);
  }

  /** Cesium cannot take up a restored context: a new stage on a new canvas can, when the GPU is back. */
  #loseStage(stage: CityStage): void {
    if (this.#stage !== stage) return;
    this.#stage = undefined;
    stage.hide();
    // Symbols that no longer change would pass for the present ones.
    this.#things = undefined;
    this.#overlay.canvas.remove();
    this.#loaded(0);
    this.#events.emit('failed', { what: 'context', message: 'the GPU took the drawing context away' });
    this.#openStageLater('context', stage);
  }

  #openStageLater(lack: 'webgl' | 'context', lost?: CityStage): void {
    setTimeout(() => {
      lost?.dispose();
      if (this.#ended.signal.aborted) return;
      this.#openStage(lack);
      if (this.#stage === undefined) return;
      this.#recover(lack);
      this.#container.append(this.#overlay.canvas);
      this.#resize();
    }, this.#restorePace.wait(performance.now()));
  }

  /** Tries again, ever more slowly, while the tiles cannot be had: a service that starts may still be building them. */
  async #loadTiles(stage: CityStage, pauseMs = FIRST_RETRY_MS): Promise<void> {
    const failed = (message: string) => this.#events.emit('failed', { what: 'tiles', message });
    try {
      await stage.loadTiles(this.#options.tilesetUrl, {
        onProgress: (progress) => this.#loaded(progress),
        onFailed: failed,
        onChange: () => stage.requestRender(),
      });
      if (pauseMs > FIRST_RETRY_MS) this.#recover('tiles');
    } catch (error) {
      failed(reason(error));
      setTimeout(() => {
        if (this.#stage === stage) void this.#loadTiles(stage, Math.min(LAST_RETRY_MS, pauseMs * 2));
      }, pauseMs);
    }
  }

  #recover(what: SceneFault): void {
    this.#events.forget('failed');
    this.#events.emit('recovered', { what });
  }

  #loaded(progress: number): void {
    this.#progress = progress;
    this.#events.emit('loading', { progress });
  }

  #beforeRender(): void {
    const stage = this.#stage;
    const things = this.#things;
    if (stage === undefined || things === undefined) return;
    const camera = stage.setCamera(this.#pilot.view, this.#lens());
    this.#camera = camera;
    this.#drainedAt = performance.timeOrigin + performance.now();
    things.drain(this.#options.states);
    things.update(camera, this.#selected);
    this.#samples = this.#quality.samples(this.#moving || this.#progress < 1, performance.now());
    stage.setSamples(this.#samples);
    stage.pullDots(ThingLayer.pull(camera));
  }

  #afterRender(): void {
    const time = this.#drainedAt;
    this.#repaint();
    requestAnimationFrame(() => {
      if (!this.#ended.signal.aborted) this.#events.emit('presented', { time });
    });
  }

  /** Draws the overlay of the last rendered frame anew. */
  #repaint(): void {
    const things = this.#things;
    const camera = this.#camera;
    if (things === undefined || camera === undefined) return;
    const chosen = { selected: this.#selected, hovered: this.#hovered, things: this.#sceneThings };
    const tags = tagsOf(things, camera, chosen, this.#scale);
    this.#fading = this.#overlay.paint(things, camera, tags, performance.now());
    if (this.#fading) this.#wake();
  }

  /** Runs the animation frames until the camera rests and names have faded. */
  #wake(): void {
    if (this.#ticking === 0 && !this.#ended.signal.aborted) this.#ticking = requestAnimationFrame(this.#tick);
  }

  readonly #tick = (now: number) => {
    this.#ticking = 0;
    const { changed, rested, done } = this.#pilot.tick(now);
    if (changed) this.#stage?.requestRender();
    else if (this.#fading) this.#repaint();
    this.#moving = !done;
    if (rested) {
      if (this.#samples < FULL_SAMPLES) this.#stage?.requestRender();
      this.#events.emit('camera', this.#pilot.view);
    }
    if (!done) this.#wake();
  };

  #resize(): void {
    const { width, height } = this.#lens();
    this.#overlay.resize(width, height, window.devicePixelRatio);
    this.#stage?.requestRender();
    this.#wake();
  }

  #click(x: number, y: number): void {
    if (this.#stage === undefined) return;
    const thing = this.#thingAt(x, y);
    const picked = thing === undefined ? this.#stage?.pick(x, y) : undefined;
    const building = buildingOf(picked);
    this.#stage?.chosen.choose(building === undefined ? undefined : picked);
    this.#stage?.requestRender();
    this.#events.emit('pick', { thing, building });
  }

  #point(at: { readonly x: number; readonly y: number } | undefined): void {
    const thing = at === undefined ? undefined : this.#thingAt(at.x, at.y);
    this.#container.style.cursor = thing === undefined ? '' : 'pointer';
    if (thing === undefined && this.#hovered === undefined) return;
    this.setHovered(thing);
    this.#events.emit('hover', { thing, x: at?.x ?? 0, y: at?.y ?? 0 });
  }

  #thingAt(x: number, y: number): number | undefined {
    if (this.#things === undefined || this.#camera === undefined) return undefined;
    const { pitchDegrees } = this.#camera.view;
    const scale = this.#scale;
    return pickThing(this.#things, x, y, (code) => symbolLift(code, pitchDegrees, scale), scale);
  }

  #lens(): Lens {
    const { clientWidth, clientHeight } = this.#container;
    return { fovY: FOV_Y, width: Math.max(1, clientWidth), height: Math.max(1, clientHeight) };
  }
}

/** Whether only names differ: then no buffer need be built anew. */
function samePlaces(a: readonly SceneThing[], b: readonly SceneThing[]): boolean {
  return a.length === b.length && a.every((thing, i) => thing.location === b[i]?.location && thing.id === b[i]?.id);
}

function limitsOf(options: CitySceneOptions): OrbitLimits {
  return {
    bounds: options.city.bounds,
    minRange: MIN_RANGE,
    maxRange: MAX_RANGE,
    minPitchDegrees: MIN_PITCH_DEGREES,
  };
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
