import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CityLabel, CityManifest } from '#devices/catalog/city-pack.ts';
import type { Area } from '#devices/model/area.ts';
import type { LocalizedText } from '#devices/model/localized-text.ts';
import type { Feature } from './feature.ts';
import { FEATURE_LAYERS, type FeatureLayer } from './feature-layer.ts';
import { decodeFeatureLines } from './feature-lines.ts';

/** What this project knows of a building better than the source; `overrides.json` of a pack, by feature id. */
export interface BuildingOverride {
  readonly name?: LocalizedText;
  /** Metres above ground; marked `ours` in the tileset. */
  readonly height?: number;
  /**
   * A shape that walls and a flat roof do not have: the outline scaled about its middle, level by level from the foot,
   * `[scale, metres above ground]`, ending in scale 0.
   */
  readonly profile?: readonly (readonly [scale: number, height: number])[];
  /** The building of this id has it in its `profile`; it is not drawn by itself. */
  readonly partOf?: string;
  /** With `profile`: a circle of so many metres takes the place of the outline. */
  readonly radius?: number;
}

/** A city pack as far as its tiles are made of it. */
export interface SourcePack {
  readonly manifest: CityManifest;
  readonly areas: readonly Area[];
  readonly labels: readonly CityLabel[];
  readonly overrides: Readonly<Record<string, BuildingOverride>>;
  readonly layers: ReadonlyMap<FeatureLayer, readonly Feature[]>;
}

/**
 * Reads a pack folder. `overrides.json` and single feature layers may be absent.
 *
 * @throws Error that names the file, why it cannot be read, and what to do.
 */
export async function readPack(packDir: string): Promise<SourcePack> {
  const layers = new Map<FeatureLayer, readonly Feature[]>();
  for (const layer of FEATURE_LAYERS) {
    const file = join(packDir, 'features', `${layer}.json.gz`);
    const bytes = await readIfPresent(file);
    layers.set(layer, bytes ? decodeFeatureLines(bytes, file) : []);
  }
  if ([...layers.values()].every((features) => features.length === 0)) {
    throw new Error(
      `${join(packDir, 'features')} holds no features (${FEATURE_LAYERS.join(', ')}.json.gz): there is nothing to build. ` +
        'Give a pack folder such as tilesets/cities/astana, or extract the pack first.',
    );
  }
  return {
    manifest: await readJson<CityManifest>(packDir, 'city.json'),
    areas: await readJson<Area[]>(packDir, 'areas.json'),
    labels: await readJson<CityLabel[]>(packDir, 'labels.json'),
    overrides: await readJson<Record<string, BuildingOverride>>(packDir, 'overrides.json', {}),
    layers,
  };
}

async function readJson<T>(packDir: string, name: string, absent?: T): Promise<T> {
  const file = join(packDir, name);
  const bytes = await readIfPresent(file);
  if (bytes === undefined) {
    if (absent !== undefined) return absent;
    throw new Error(
      `${file} does not exist, and a city pack needs it. Give a pack folder such as tilesets/cities/astana; ` +
        'devices/catalog/city-pack.ts says what a pack holds.',
    );
  }
  try {
    return JSON.parse(bytes.toString('utf8')) as T;
  } catch (error) {
    throw new Error(`${file} is not JSON (${(error as Error).message}). Correct it and build again.`);
  }
}

async function readIfPresent(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${file} cannot be read (${(error as Error).message}). Check that it is a file you may read.`);
  }
}
