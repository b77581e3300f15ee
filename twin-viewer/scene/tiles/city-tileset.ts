import {
  type Cesium3DTile,
  Cesium3DTileColorBlendMode,
  Cesium3DTileFeature,
  Cesium3DTileset,
  Color,
  type CustomShader,
} from 'cesium';
import type { PickedBuilding } from '../city-scene.ts';
import { SELECTED } from '../scene-colors.ts';

/** Screen-space error in pixels at which a tile is refined: Cesium's own 16 leaves far districts bare. */
const SCREEN_SPACE_ERROR = 12;

export interface TilesetFacts {
  /** 0–1; 1: all tiles of this view are there. */
  readonly onProgress: (progress: number) => void;
  readonly onFailed: (message: string) => void;
  /** A tile came or went: a frame is wanted. */
  readonly onChange: () => void;
}

/**
 * Loads the city's tileset.
 * @throws {Error} where tileset.json cannot be read; the text says which URL and why.
 */
export async function loadCityTileset(
  url: string,
  shader: CustomShader,
  facts: TilesetFacts,
): Promise<Cesium3DTileset> {
  let tileset: Cesium3DTileset;
  try {
    tileset = await Cesium3DTileset.fromUrl(url, {
      maximumScreenSpaceError: SCREEN_SPACE_ERROR,
    });
  } catch (error) {
    throw new Error(`the city's tiles cannot be read from ${url}: ${reason(error)}; build them with "npm run tiles"`);
  }
  tileset.customShader = shader;
  // By replacement, so that the shader is given a chosen building's own colour.
  tileset.colorBlendMode = Cesium3DTileColorBlendMode.REPLACE;
  tellProgress(tileset, facts);
  return tileset;
}

function tellProgress(tileset: Cesium3DTileset, facts: TilesetFacts): void {
  let most = 0;
  tileset.loadProgress.addEventListener((pending: number, processing: number) => {
    const left = pending + processing;
    most = left === 0 ? 0 : Math.max(most, left);
    facts.onProgress(left === 0 ? 1 : 1 - left / (most + 1));
    facts.onChange();
  });
  const failed = new Set<string>();
  tileset.tileFailed.addEventListener(({ url, message }: { url: string; message: string }) => {
    // A broken server fails every tile of the view: one line for each is told once, and no more than eight.
    if (failed.has(url) || failed.size >= 8) return;
    failed.add(url);
    facts.onFailed(`a tile of the city cannot be read: ${url}: ${message}`);
  });
}

/** The building of a feature that `scene.pick` found; undefined for roads, water and everything else. */
export function buildingOf(picked: unknown): PickedBuilding | undefined {
  if (!(picked instanceof Cesium3DTileFeature)) return undefined;
  const id = picked.getProperty('id') as unknown;
  if (typeof id !== 'string') return undefined;
  return {
    id,
    name: text(picked, 'name'),
    levels: positive(picked, 'levels'),
    height: positive(picked, 'height'),
    heightSource: heightSource(picked.getProperty('height_source')),
  };
}

/** The one building that is lit up: lighter than the rest, whichever tile it comes from. */
export class ChosenBuilding {
  readonly #color = Color.fromCssColorString(SELECTED);
  #feature: Cesium3DTileFeature | undefined;

  /** The building's tile goes out of memory, and the building's light with it. */
  forget(tile: Cesium3DTile): void {
    const feature = this.#feature;
    if (feature !== undefined && tile.content.getFeature(feature.featureId) === feature) this.#feature = undefined;
  }

  choose(picked: unknown): void {
    if (this.#feature !== undefined) this.#feature.color = Color.WHITE;
    this.#feature = picked instanceof Cesium3DTileFeature ? picked : undefined;
    if (this.#feature !== undefined) this.#feature.color = this.#color;
  }
}

/** EXT_structural_metadata enums come as their number; the names are those of `PickedBuilding`. */
const HEIGHT_SOURCES = ['height', 'levels', 'type', 'default', 'ours'];

function heightSource(value: unknown): string | undefined {
  return typeof value === 'number' ? HEIGHT_SOURCES[value] : typeof value === 'string' ? value : undefined;
}

function text(feature: Cesium3DTileFeature, property: string): string | undefined {
  const value = feature.getProperty(property) as unknown;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function positive(feature: Cesium3DTileFeature, property: string): number | undefined {
  const value = feature.getProperty(property) as unknown;
  return typeof value === 'number' && value > 0 ? value : undefined;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
