import { Cartesian2, type Cesium3DTile, CesiumWidget, Color, type CustomShader, JulianDate } from 'cesium';
import 'cesium/Source/Widgets/CesiumWidget/CesiumWidget.css';
import type { CameraView } from '#devices/catalog/city-pack.ts';
import type { LonLatBox } from '#devices/model/location.ts';
import { type CameraFrame, cameraFrame } from './camera/camera-frame.ts';
import { type LocalFrame, metresPerDegree } from './camera/local-frame.ts';
import type { Lens } from './camera/orbit.ts';
import { placeCamera, setLens } from './camera/place-camera.ts';
import { FULL_SAMPLES, isSoftwareGl } from './render-quality.ts';
import { VOID } from './scene-colors.ts';
import { DotLayer } from './things/dot-layer.ts';
import { multiplied } from './things/screen-positions.ts';
import { cityShader, setHaze } from './tiles/city-shader.ts';
import { ChosenBuilding, loadCityTileset, type TilesetFacts } from './tiles/city-tileset.ts';

/** Device pixels per CSS pixel of the city at most: a phone has three, which nobody sees and its battery pays for. */
const MOST_PIXELS_PER_CSS = 2;

/** The scene's clock stands still: nothing we draw depends on the sun. */
const NOON = JulianDate.fromIso8601('2026-06-21T06:00:00Z');

/**
 * Everything that lives and dies with one WebGL context: Cesium's widget, the tiles, the dots. It renders when asked.
 */
export class CityStage {
  readonly dots: DotLayer;
  readonly chosen = new ChosenBuilding();
  readonly #widget: CesiumWidget;
  readonly #shader: CustomShader;
  readonly #frame: LocalFrame;
  readonly #host: HTMLElement;
  readonly #localToClip = new Float64Array(16);
  readonly #viewProjection = new Float64Array(16);

  /** @throws {Error} where the browser gives no WebGL. */
  constructor(container: HTMLElement, frame: LocalFrame, bounds: LonLatBox, scale: number) {
    this.#frame = frame;
    this.#host = document.createElement('div');
    Object.assign(this.#host.style, { position: 'absolute', inset: '0' });
    container.prepend(this.#host);
    try {
      this.#widget = bareWidget(this.#host);
    } catch (error) {
      this.#host.remove();
      throw error;
    }
    const metres = metresPerDegree(frame.lat);
    const halfEast = ((bounds[2] - bounds[0]) / 2) * metres.lon;
    const halfNorth = ((bounds[3] - bounds[1]) / 2) * metres.lat;
    this.#shader = cityShader(frame, halfEast, halfNorth);
    this.dots = new DotLayer(this.#widget.scene.primitives, scale);
  }

  get canvas(): HTMLCanvasElement {
    return this.#widget.canvas;
  }

  /** Calls `before` and `after` around every rendered frame; `failed` where rendering ends for good. */
  onRender(before: () => void, after: () => void, failed: (error: unknown) => void): void {
    this.#widget.scene.preRender.addEventListener(before);
    this.#widget.scene.postRender.addEventListener(after);
    this.#widget.scene.renderError.addEventListener((_scene: unknown, error: unknown) => failed(error));
  }

  /** @throws {Error} where the tileset cannot be read. */
  async loadTiles(url: string, facts: TilesetFacts): Promise<void> {
    const tileset = await loadCityTileset(url, this.#shader, facts);
    if (this.#widget.isDestroyed()) {
      tileset.destroy();
      return;
    }
    tileset.tileUnload.addEventListener((tile: Cesium3DTile) => this.chosen.forget(tile));
    this.#widget.scene.primitives.add(tileset, 0);
    this.requestRender();
  }

  requestRender(): void {
    if (!this.#widget.isDestroyed()) this.#widget.scene.requestRender();
  }

  /** Points the camera; the answer serves all layers of this frame. */
  setCamera(view: CameraView, lens: Lens): CameraFrame {
    const { camera } = this.#widget.scene;
    setLens(camera, lens.width, lens.height);
    placeCamera(camera, view);
    multiplied(
      camera.frustum.projectionMatrix as unknown as number[],
      camera.viewMatrix as unknown as number[],
      this.#viewProjection,
    );
    multiplied(this.#viewProjection, this.#frame.toFixed, this.#localToClip);
    const frame = cameraFrame(view, lens, this.#localToClip);
    setHaze(this.#shader, frame.haze);
    return frame;
  }

  pullDots(share: number): void {
    this.dots.pullTowards(this.#widget.scene.camera.positionWC, share);
  }

  /** Samples per pixel: 1 draws about twice as fast on software GL, 4 has smooth edges. */
  setSamples(samples: number): void {
    if (this.#widget.scene.msaaSamples !== samples) this.#widget.scene.msaaSamples = samples;
  }

  /** Whether a CPU draws. */
  get isSoftwareGl(): boolean {
    const gl = this.#widget.canvas.getContext('webgl2');
    const info = gl?.getExtension('WEBGL_debug_renderer_info');
    return gl != null && isSoftwareGl(String(gl.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER)));
  }

  get isContextLost(): boolean {
    return this.#widget.isDestroyed() || this.#widget.canvas.getContext('webgl2')?.isContextLost() !== false;
  }

  /** The city under the dim light while a Thing is selected, 1 is full. */
  setLight(share: number): void {
    this.#shader.setUniform('u_dim', share);
  }

  /** What Cesium finds at the pixel: a full pass over the tiles there, so only on a click. */
  pick(x: number, y: number): unknown {
    return this.#widget.scene.pick(new Cartesian2(x, y));
  }

  /** A canvas without a context is white. */
  hide(): void {
    this.#host.style.visibility = 'hidden';
  }

  dispose(): void {
    if (!this.#widget.isDestroyed()) this.#widget.destroy();
    this.#host.remove();
  }
}

/** No globe, no sky, no services, no mouse handling: what is left of a widget is its render loop. */
function bareWidget(container: HTMLElement): CesiumWidget {
  const widget = new CesiumWidget(container, {
    baseLayer: false,
    globe: false,
    skyBox: false,
    skyAtmosphere: false,
    scene3DOnly: true,
    orderIndependentTranslucency: false,
    requestRenderMode: true,
    maximumRenderTimeChange: Number.POSITIVE_INFINITY,
    showRenderLoopErrors: false,
    automaticallyTrackDataSourceClocks: false,
    useBrowserRecommendedResolution: false,
    // The page itself shows the attribution of the data.
    creditContainer: document.createElement('div'),
    creditViewport: document.createElement('div'),
    msaaSamples: FULL_SAMPLES,
    contextOptions: { webgl: { alpha: false, powerPreference: 'high-performance' } },
  });
  widget.resolutionScale = Math.min(1, MOST_PIXELS_PER_CSS / window.devicePixelRatio);
  widget.clock.currentTime = NOON;
  widget.clock.shouldAnimate = false;
  const { scene } = widget;
  scene.screenSpaceCameraController.enableInputs = false;
  scene.backgroundColor = Color.fromCssColorString(VOID);
  scene.rethrowRenderErrors = false;
  scene.highDynamicRange = false;
  scene.fog.enabled = false;
  scene.pickTranslucentDepth = false;
  return widget;
}
