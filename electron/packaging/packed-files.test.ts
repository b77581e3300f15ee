import { describe, expect, it } from 'vitest';
import { packedFiles } from './packed-files.ts';

const isPacked = packedFiles(
  new Set(['node_modules/fastify', 'node_modules/@duckdb/node-api', 'node_modules/a/node_modules/b']),
);

describe('what goes into the package', () => {
  it.each([
    '',
    'package.json',
    'LICENSE',
    'dist',
    'dist/desktop/main.cjs',
    'dist/viewer/assets/index-a1.js',
    'dist/tiles/astana/tileset.json',
    'tilesets/cities/astana/catalog.json.gz',
    'tilesets/cities/astana/NOTICE.md',
    'node_modules',
    'node_modules/@duckdb',
    'node_modules/@duckdb/node-api/lib/index.js',
    'node_modules/a/node_modules/b/index.js',
    'node_modules/fastify/lib/test/helper.js',
    'node_modules/fastify/LICENSE.md',
  ])('"%s"', (path) => expect(isPacked(path)).toBe(true));
});

describe('what stays behind', () => {
  it.each([
    'ingest/main.ts',
    'electron/main.ts',
    'docs/adr',
    'data',
    '.cache',
    'out',
    'dist/viewer.sources',
    'dist/tiles/astana.sources',
    'tilesets/main.ts',
    'tilesets/cities/README.md',
    'tilesets/cities/make-astana.ts',
    'node_modules/.bin',
    'node_modules/cesium',
    'node_modules/@duckdb/other/index.js',
    'node_modules/a/index.js',
    'node_modules/a/node_modules/c/index.js',
    'node_modules/fastify/fastify.d.ts',
    'node_modules/fastify/docs/index.js',
    'node_modules/fastify/test/a.test.js',
    'node_modules/fastify/lib/a.js.map',
    'node_modules/fastify/README.md',
  ])('"%s"', (path) => expect(isPacked(path)).toBe(false));
});
