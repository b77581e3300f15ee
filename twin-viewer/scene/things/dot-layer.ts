import {
  BlendOption,
  BoundingSphere,
  BufferPoint,
  BufferPointCollection,
  BufferPointMaterial,
  Cartesian3,
  Color,
  Matrix4,
  type PrimitiveCollection,
} from 'cesium';
import type { LocalFrame } from '../camera/local-frame.ts';
import { APPEARANCE_COLORS, VOID } from '../scene-colors.ts';
import { DOT_SIZES, DOT_STYLES, dotStyleParts } from './dot-style.ts';
import type { ThingPlaces } from './thing-places.ts';

/** Every Thing as one disc in one buffer on the GPU. A slot is a point of the buffer. */
export class DotLayer {
  readonly #primitives: PrimitiveCollection;
  readonly #materials: readonly (BufferPointMaterial | undefined)[];
  readonly #point = new BufferPoint();
  readonly #shift = new Cartesian3();
  #collection: BufferPointCollection | undefined;
  /** What the buffer shows by slot. */
  #styles: Uint16Array = new Uint16Array(0);

  /** `scale`: of the dots, as of the symbols. */
  constructor(primitives: PrimitiveCollection, scale = 1) {
    this.#primitives = primitives;
    this.#materials = dotMaterials(scale);
  }

  /** Draws these places from now on, all hidden until `apply`. */
  setPlaces(places: ThingPlaces, frame: LocalFrame, radius: number): void {
    this.dispose();
    if (places.count === 0) return;
    const toFixed = Matrix4.fromArray(Array.from(frame.toFixed));
    const collection = new BufferPointCollection({
      primitiveCountMax: places.count,
      allowPicking: false,
      blendOption: BlendOption.TRANSLUCENT,
      boundingVolume: new BoundingSphere(Matrix4.getTranslation(toFixed, new Cartesian3()), radius),
    });
    const position = new Cartesian3();
    for (let slot = 0; slot < places.count; slot++) {
      Cartesian3.fromArray(places.local as unknown as number[], slot * 3, position);
      Matrix4.multiplyByPoint(toFixed, position, position);
      collection.add({ position, show: false }, this.#point);
    }
    this.#collection = collection;
    this.#styles = new Uint16Array(places.count);
    this.#primitives.add(collection);
  }

  /**
   * Makes the buffer show `styles` (by slot); touches only what differs. Answers how many did.
   * No allocation per dot: 10,000 changes take 0.4 ms here; Cesium's own loop before the upload comes on top.
   */
  apply(styles: Uint16Array): number {
    const collection = this.#collection;
    if (collection === undefined) return 0;
    const shown = this.#styles;
    const point = this.#point;
    let changes = 0;
    for (let slot = 0; slot < shown.length; slot++) {
      const style = styles[slot] as number;
      const before = shown[slot] as number;
      if (style === before) continue;
      changes++;
      shown[slot] = style;
      collection.get(slot, point);
      const material = this.#materials[style];
      if (material !== undefined) point.setMaterial(material);
      if ((style === 0) !== (before === 0)) point.show = style !== 0;
    }
    return changes;
  }

  /**
   * Pulls all dots towards the eye by this share of their distance, along their own line of sight: on the screen
   * nothing moves, but the ground in front of a dot no longer cuts its lower half off at grazing angles.
   */
  pullTowards(eye: Cartesian3, share: number): void {
    const matrix = this.#collection?.modelMatrix;
    if (matrix === undefined) return;
    Matrix4.fromUniformScale(1 - share, matrix);
    Matrix4.setTranslation(matrix, Cartesian3.multiplyByScalar(eye, share, this.#shift), matrix);
  }

  dispose(): void {
    if (this.#collection !== undefined) this.#primitives.remove(this.#collection);
    this.#collection = undefined;
    this.#styles = new Uint16Array(0);
  }
}

function dotMaterials(scale: number): (BufferPointMaterial | undefined)[] {
  const outline = Color.fromCssColorString(VOID);
  return Array.from({ length: DOT_STYLES }, (_, style) => {
    if (style === 0) return undefined;
    const { code, size, alpha } = dotStyleParts(style);
    return new BufferPointMaterial({
      color: Color.fromCssColorString(APPEARANCE_COLORS[code] ?? VOID).withAlpha(alpha),
      outlineColor: outline.withAlpha(alpha * 0.7),
      outlineWidth: Math.round(scale),
      size: Math.round((DOT_SIZES[size] ?? 3) * scale),
    });
  });
}
