import { readdirSync } from 'node:fs';

export interface LocalElectron {
  /** Holds `electron-vVERSION-PLATFORM-ARCH.zip`, as Electron is released. */
  readonly folder: string;
  readonly version: string;
}

const NAME = /^electron-v(\d+\.\d+\.\d+[^-]*)-[a-z0-9]+-[a-z0-9]+\.zip$/;

/** The Electron whose zips lie in a folder. @throws where there is none, or of more than one version */
export function localElectron(folder: string): LocalElectron {
  const versions = new Set(readdirSync(folder).flatMap((name) => NAME.exec(name)?.[1] ?? []));
  const [version, ...more] = versions;
  if (version === undefined || more.length > 0) {
    throw new Error(
      `YIPING_ELECTRON_ZIP_DIR: ${folder} should hold zips of one Electron, named like electron-v44.5.1-linux-x64.zip; it holds ${version === undefined ? 'none' : `versions ${[...versions].join(', ')}`}.`,
    );
  }
  return { folder, version };
}

/** Fuses came with Electron 12: https://www.electronjs.org/docs/latest/tutorial/fuses */
export function hasFuses(version: string): boolean {
  return Number(version.split('.')[0]) >= 12;
}
