import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from './app.ts';
import { buildHttpApp } from './http-server.ts';
import { type SmallCity, smallCity } from './testing/small-city.ts';

let city: SmallCity;
let app: App;

beforeAll(async () => {
  city = smallCity();
  app = await buildHttpApp(city.options, city.parts);
});

afterAll(async () => {
  await app.close();
  city.remove();
});

function get(url: string, headers: Record<string, string> = {}) {
  return app.inject({ url, headers: { host: 'localhost:8080', ...headers } });
}

describe('the viewer', () => {
  test('Its page is asked for again each time, what is named by its content never', async () => {
    expect((await get('/')).headers['cache-control']).toBe('no-cache');
    const asset = await get('/assets/viewer-abc123.js');
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(asset.headers['content-type']).toContain('javascript');
  });

  test('A page that the server does not know is the viewer; a script or a tile that is not there is a 404', async () => {
    expect((await get('/things/air', { accept: 'text/html' })).body).toContain('<title>viewer</title>');
    expect((await get('/assets/gone.js', { accept: 'text/html' })).statusCode).toBe(404);
    expect((await get('/things/air', { accept: 'application/json' })).statusCode).toBe(404);
    expect((await get('/tiles/small/9.glb')).statusCode).toBe(404);
  });

  test('No path leads out of its folder', async () => {
    for (const url of [
      '/../city.json',
      '/..%2f..%2fpack/city.json',
      '/tiles/..%2fpack/city.json',
      '/tiles/%2e%2e/pack/city.json',
    ]) {
      expect((await get(url)).statusCode, url).toBeGreaterThanOrEqual(400);
    }
  });
});

describe('tiles', () => {
  test('Have their types; big JSON is compressed, meshes are not', async () => {
    const mesh = await get('/tiles/small/0.glb', { 'accept-encoding': 'br' });
    expect(mesh.headers['content-type']).toBe('model/gltf-binary');
    expect(mesh.headers['content-encoding']).toBeUndefined();
    const labels = await get('/tiles/small/labels.json', { 'accept-encoding': 'br' });
    expect(labels.headers['content-type']).toContain('application/json');
    expect(labels.headers['content-encoding']).toBe('br');
    expect(JSON.parse(brotliDecompressSync(labels.rawPayload).toString())).toHaveLength(500);
  });

  test('Under the version that the city names they are kept for ever; without it they are asked for again', async () => {
    const { tileset } = (await get('/api/v1/city')).json();
    expect(tileset).toMatch(/^\/tiles\/small\/tileset\.json\?v=[0-9a-f]{16}$/);
    expect((await get(tileset)).headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const plain = await get('/tiles/small/tileset.json');
    expect(plain.headers['cache-control']).toBe('no-cache');
    const again = await get('/tiles/small/tileset.json', { 'if-none-match': String(plain.headers.etag) });
    expect(again.statusCode).toBe(304);
    expect((await get('/tiles/small/tileset.json?v=0000000000000000')).headers['cache-control']).toBe('no-cache');
  });

  test('A city that was built again has another version', async () => {
    const before = (await get('/api/v1/city')).json().tileset;
    writeFileSync(
      join(city.options.tilesDir, 'small', 'tileset.json'),
      '{"asset":{"version":"1.1"},"geometricError":1}',
    );
    expect((await get('/api/v1/city')).json().tileset).not.toBe(before);
  });
});

test('Every answer says what its page may do: nothing outside this service', async () => {
  for (const url of ['/', '/api/v1/city', '/nowhere', '/tiles/small/0.glb']) {
    const { headers } = await get(url);
    const policy = String(headers['content-security-policy']);
    expect(policy, url).toContain("default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:");
    expect(policy, url).toContain("connect-src 'self' data: blob: ws://localhost:8080 wss://localhost:8080");
    expect(policy).not.toMatch(/unsafe-eval'.*'unsafe-eval'|https:|\*/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  }
});

test('A Host that is no host name does not get into the policy', async () => {
  const { headers } = await get('/', { host: "localhost; script-src 'unsafe-inline'" });
  expect(String(headers['content-security-policy'])).not.toContain("script-src 'unsafe-inline'");
});
