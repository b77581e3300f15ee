import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Type } from 'typebox';
import type { CityManifest } from '#devices/catalog/city-pack.ts';
import type { App } from './app.ts';
import type { HttpOptions } from './parts.ts';
import { Problem, ProblemJson } from './problem.ts';

/** The manifest with the URLs of what was built from it; `tileset` is absent where nothing was built yet. */
export type CityJson = CityManifest & {
  readonly tileset?: string;
  readonly labels?: string;
  readonly areas?: string;
};

const CityAnswer = Type.Object(
  {
    id: Type.String(),
    timeZone: Type.String({ description: 'IANA' }),
    tileset: Type.Optional(Type.String({ description: 'URL of the 3D Tiles tileset' })),
    labels: Type.Optional(Type.String({ description: 'URL of the names drawn on the city' })),
    areas: Type.Optional(Type.String({ description: 'URL of the areas' })),
  },
  { additionalProperties: true, description: 'the manifest of the city pack (CityManifest) and URLs' },
);

/** What was built of the city, and under which version its files may be kept for ever. */
export class CityFiles {
  readonly #options: HttpOptions;
  #version: { readonly of: string; readonly hash: string } | undefined;

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  get folder(): string {
    return join(this.#options.tilesDir, this.#options.city.id);
  }

  hasTiles(): boolean {
    return existsSync(join(this.folder, 'tileset.json'));
  }

  /**
   * Changes whenever a file of the built city does: a hash of names, sizes and times, 16 hex digits. Tile URLs carry it
   * as `?v=`, which Cesium passes on to every tile of a tileset.
   */
  async version(): Promise<string> {
    const of = String(statSync(join(this.folder, 'tileset.json')).mtimeMs);
    if (this.#version?.of !== of) {
      const hash = createHash('sha256');
      for (const name of (await readdir(this.folder, { recursive: true })).sort()) {
        const { size, mtimeMs } = await stat(join(this.folder, name));
        hash.update(`${name} ${size} ${mtimeMs}\n`);
      }
      this.#version = { of, hash: hash.digest('hex').slice(0, 16) };
    }
    return this.#version.hash;
  }

  async json(): Promise<CityJson> {
    const { id, packDir } = this.#options.city;
    const manifest = await readManifest([join(this.folder, 'city.json'), join(packDir, 'city.json')], id);
    if (!this.hasTiles()) return manifest;
    const v = await this.version();
    const url = (name: string) => `/tiles/${encodeURIComponent(id)}/${name}?v=${v}`;
    return { ...manifest, tileset: url('tileset.json'), labels: url('labels.json'), areas: url('areas.json') };
  }
}

/** `/api/v1/city` */
export function cityRoutes(app: App, files: CityFiles): void {
  app.get(
    '/api/v1/city',
    {
      schema: {
        summary: 'The city: its name, where the camera opens, and where its tiles are',
        tags: ['catalog'],
        querystring: Type.Object({}, { additionalProperties: false }),
        response: { 200: CityAnswer, 503: ProblemJson },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'no-cache');
      return (await files.json()) as never;
    },
  );
}

async function readManifest(paths: readonly string[], id: string): Promise<CityManifest> {
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text !== undefined) return JSON.parse(text) as CityManifest;
  }
  const message = `The city pack ${id} has no city.json, neither built nor in its pack. Build it: npm run tiles.`;
  throw new Problem(503, { error: 'city-missing', message });
}
