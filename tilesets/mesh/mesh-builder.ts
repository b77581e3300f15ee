import type { Colour } from '../style/colour.ts';
import type { CityFrame } from './city-frame.ts';
import type { Point } from './plane.ts';

/** What all vertices of one face share. */
export interface Face {
  /** Unit normal: east, north, up. */
  readonly normal: readonly [east: number, north: number, up: number];
  /** Feature of the tile's property table; undefined for the ground. */
  readonly feature?: number | undefined;
  /** Roof height of the building in metres; 0 for flat ground layers. */
  readonly top: number;
}

/** The mesh of one tile, `count` vertices; positions in the city's frame (east, north, up; metres). */
export interface TileMesh {
  readonly count: number;
  /** Float64Array, 3 × count */
  readonly positions: Float64Array;
  /** Float32Array, 3 × count, unit length */
  readonly normals: Float32Array;
  /** Float32Array, 3 × count, linear light */
  readonly colours: Float32Array;
  /** Int32Array, count; -1 where there is no feature */
  readonly features: Int32Array;
  /** Float32Array, count, metres above the ground of the feature */
  readonly above: Float32Array;
  /** Float32Array, count, metres */
  readonly top: Float32Array;
  /** Uint32Array, 3 × triangles, counter-clockwise seen from outside */
  readonly indices: Uint32Array<ArrayBuffer>;
}

/** Grows the mesh of one tile, vertex by vertex. */
export class MeshBuilder {
  readonly #frame: CityFrame;
  readonly #positions: number[] = [];
  readonly #normals: number[] = [];
  readonly #colours: number[] = [];
  readonly #features: number[] = [];
  readonly #above: number[] = [];
  readonly #top: number[] = [];
  readonly #indices: number[] = [];

  constructor(frame: CityFrame) {
    this.#frame = frame;
  }

  get vertexCount(): number {
    return this.#above.length;
  }

  get triangleCount(): number {
    return this.#indices.length / 3;
  }

  /** Adds a vertex at a point of the plane, `height` metres above the ellipsoid; returns its index. */
  vertex(point: Point, height: number, colour: Colour, face: Face): number {
    this.#positions.push(...this.#frame.toFrame(point[0], point[1], height));
    this.#normals.push(...face.normal);
    this.#colours.push(...colour);
    this.#features.push(face.feature ?? -1);
    this.#above.push(height);
    this.#top.push(face.top);
    return this.#above.length - 1;
  }

  triangle(a: number, b: number, c: number): void {
    this.#indices.push(a, b, c);
  }

  /** Two triangles; `a b c d` counter-clockwise seen from outside. */
  quad(a: number, b: number, c: number, d: number): void {
    this.#indices.push(a, b, c, a, c, d);
  }

  build(): TileMesh {
    return {
      count: this.vertexCount,
      positions: Float64Array.from(this.#positions),
      normals: Float32Array.from(this.#normals),
      colours: Float32Array.from(this.#colours),
      features: Int32Array.from(this.#features),
      above: Float32Array.from(this.#above),
      top: Float32Array.from(this.#top),
      indices: Uint32Array.from(this.#indices),
    };
  }
}
