import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot, ROOT, SetupError, step } from './console.mjs';
import { pinnedEnvironment, pinnedNode } from './pinned-node.mjs';

/** The packs that ship, in tilesets/cities. */
export function shippedCities() {
  return readdirSync(join(ROOT, 'tilesets', 'cities'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(ROOT, 'tilesets', 'cities', entry.name, 'city.json')))
    .map((entry) => entry.name);
}

/** Builds the viewer, every city that ships and the desktop application, where they are missing or older than their sources. */
export async function buildAll() {
  await Promise.all([buildViewer(), buildDesktop(), ...shippedCities().map((city) => buildCity(city))]);
}

/** The viewer, `dist/viewer`. */
export function buildViewer() {
  const out = join(ROOT, 'dist', 'viewer');
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  return whenOutdated(out, ['twin-viewer', 'devices', 'package-lock.json'], 'Building the viewer', () =>
    runNode([vite, 'build', '--logLevel', 'warn'], join(ROOT, 'twin-viewer')),
  );
}

/** The desktop application without its page: main process, preload script and the service inside, `dist/desktop`. */
export function buildDesktop() {
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  const sources = ['electron', 'ingest', 'devices', 'twin-viewer/desktop', 'package-lock.json'];
  return whenOutdated(join(ROOT, 'dist', 'desktop'), sources, 'Building the desktop application', () =>
    runNode([vite, 'build', '--config', join(ROOT, 'electron', 'vite.config.ts'), '--app', '--logLevel', 'warn'], ROOT),
  );
}

/** The 3D Tiles of one city pack, `dist/tiles/CITY`. */
export function buildCity(city) {
  const pack = join(ROOT, 'tilesets', 'cities', city);
  const out = join(ROOT, 'dist', 'tiles', city);
  return whenOutdated(out, ['tilesets', 'devices/catalog', 'package-lock.json'], `Building the city of ${city}`, () =>
    runNode([join(ROOT, 'tilesets', 'main.ts'), 'build', pack, '--out', out], ROOT),
  );
}

/** Builds `out` where it is missing or its sources, paths from the root, are no longer those of the last time. */
export async function whenOutdated(out, sources, title, build) {
  const stamp = `${out}.sources`;
  const hash = hashOf(sources);
  if (existsSync(out) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  await step(title, build);
  writeFileSync(stamp, hash);
}

function hashOf(sources) {
  const hash = createHash('sha256');
  for (const source of sources) addToHash(hash, join(ROOT, source));
  return hash.digest('hex');
}

function addToHash(hash, path) {
  if (/\.test\.tsx?$|\.md$/.test(path)) return;
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path).sort()) addToHash(hash, join(path, name));
    return;
  }
  hash.update(`${fromRoot(path)}\0`).update(readFileSync(path));
}

/** Runs a script under the pinned Node. @throws {SetupError} where it ends with anything but 0 */
export function runNode(args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(pinnedNode(), args, { cwd, stdio: 'inherit', env: pinnedEnvironment() });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0
        ? resolve()
        : reject(
            new SetupError(`\`node ${args.map(fromRoot).join(' ')}\` ended with ${code}; its own words are above.`),
          ),
    );
  });
}
