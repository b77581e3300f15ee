import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface ElectronBinary {
  readonly path: string;
  /** E.g. 9.4.1, from the file `version` beside it. */
  readonly version: string;
  readonly major: number;
}

/** The Electron that tests run on: `YIPING_TEST_ELECTRON`, else the product's own, else the one that `npm test` fetched. */
export function findElectron(): ElectronBinary | undefined {
  const chosen = process.env.YIPING_TEST_ELECTRON ?? '';
  if (chosen !== '') return binaryAt(chosen);
  return [join(ROOT, 'node_modules/electron/dist/electron'), join(ROOT, '.cache/electron-9.4.1/electron')]
    .filter((path) => existsSync(path))
    .map(binaryAt)[0];
}

/** Why no test can run on a real Electron here; undefined where they can. */
export function noElectron(): string | undefined {
  if (process.platform !== 'linux') return 'tests of the desktop application need an X server, so they run on Linux';
  if (findElectron() !== undefined) return undefined;
  return 'no Electron: set YIPING_TEST_ELECTRON to its binary, or let `npm test` fetch Electron 9.4.1 (Linux on x64, with network)';
}

function binaryAt(path: string): ElectronBinary {
  const version = readFileSync(join(dirname(path), 'version'), 'utf8')
    .trim()
    .replace(/^v/, '');
  return { path, version, major: Number(version.split('.')[0]) };
}
