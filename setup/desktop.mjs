import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildAll, runNode } from './build.mjs';
import { ROOT, SetupError, step } from './console.mjs';
import { pinnedEnvironment, pinnedNode } from './pinned-node.mjs';

const ELECTRON = join(ROOT, 'node_modules', 'electron');
const FORGE = join(ROOT, 'node_modules', '@electron-forge', 'cli', 'dist');
const WINSTALLER = join(ROOT, 'node_modules', 'electron-winstaller');

/** How to come by an Electron where its releases on GitHub cannot be reached. */
const MIRROR =
  'set ELECTRON_MIRROR to a mirror of its releases (what lies at ELECTRON_MIRROR + v44.5.1/electron-v44.5.1-linux-x64.zip is fetched, or alike)';

/** `npm run desktop [-- flags]`: builds what is missing and opens the application. */
export async function openDesktop(flags) {
  await buildAll();
  const electron = await electronBinary();
  const { ELECTRON_RUN_AS_NODE: _none, ...environment } = pinnedEnvironment();
  const child = spawn(electron, [ROOT, ...flags], { stdio: 'inherit', env: environment });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`\n✗ ${electron} could not be started: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
}

/** `npm run package [-- --platform P --arch A]`: the application as a folder in `out`. */
export async function packageDesktop(flags) {
  await buildAll();
  await forge('package', flags);
}

/** `npm run make`: its installers, in `out/make`. */
export async function makeInstallers(flags) {
  await buildAll();
  if (process.platform === 'win32') {
    // What its install script would do, had we let it run.
    await runNode([join(WINSTALLER, 'script', 'select-7z-arch.js')], WINSTALLER);
  }
  await forge('make', flags);
}

/** Not `electron-forge` itself: it wants an npm newer than the one that Node 20 brings, and uses none here. */
async function forge(command, flags) {
  try {
    await runNode([join(FORGE, `electron-forge-${command}.js`), ...flags], ROOT);
  } catch (error) {
    throw new SetupError(
      `${error.message} If it could not fetch Electron: on an intranet ${MIRROR}, or YIPING_ELECTRON_ZIP_DIR to a folder that holds the zip.`,
    );
  }
}

/** The binary of `YIPING_ELECTRON`, else npm's own, which is fetched when it is first asked for. */
async function electronBinary() {
  const own = process.env.YIPING_ELECTRON;
  if (own) {
    if (!existsSync(own)) throw new SetupError(`YIPING_ELECTRON: ${JSON.stringify(own)} is not there.`);
    return own;
  }
  const fetched = fetchedBinary();
  if (fetched !== undefined) return fetched;
  return step('Fetching Electron (about 120 MB, once)', () => {
    const install = spawnSync(pinnedNode(), [join(ELECTRON, 'install.js')], {
      stdio: ['ignore', 'inherit', 'pipe'],
      encoding: 'utf8',
      env: pinnedEnvironment(),
    });
    const binary = fetchedBinary();
    if (install.status === 0 && binary !== undefined) return binary;
    throw new SetupError(
      `Electron could not be fetched (${firstLine(install.stderr)}). On an intranet ${MIRROR}, or YIPING_ELECTRON to the binary of an Electron that is here.`,
    );
  });
}

/** Where the package `electron` put it; undefined before. */
function fetchedBinary() {
  const pathFile = join(ELECTRON, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const binary = join(ELECTRON, 'dist', readFileSync(pathFile, 'utf8'));
  return existsSync(binary) ? binary : undefined;
}

function firstLine(text) {
  return text.trim().split('\n', 1)[0] || 'it said nothing';
}
