import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { zipFolder } from './electron-zip.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FORGE = join(ROOT, 'node_modules', '@electron-forge', 'cli', 'dist', 'electron-forge-package.js');

export interface PackageOptions {
  /** An unpacked Electron for this machine. */
  readonly electron: string;
  /** E.g. 44.5.1. */
  readonly version: string;
  /** An empty folder for the zip and the package. */
  readonly folder: string;
  /** A folder whose files are laid over those of `dist`. */
  readonly over?: string;
}

export interface PackagedApplication {
  readonly folder: string;
  readonly executable: string;
  /** Beside it, with `.unpacked`, what is not within. */
  readonly asar: string;
  /** What Forge printed. */
  readonly output: string;
}

/** What `npm run package` does, with this Electron; what it packages (`dist`) is there already. */
export async function packageApplication(options: PackageOptions): Promise<PackagedApplication> {
  const { electron, version, folder, over } = options;
  const target = `${process.platform}-${process.arch}`;
  const zips = join(folder, 'zips');
  mkdirSync(zips, { recursive: true });
  zipFolder(electron, join(zips, `electron-v${version}-${target}.zip`));
  const environment = { YIPING_ELECTRON_ZIP_DIR: zips, YIPING_PACKAGE_OUT: join(folder, 'out') };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [FORGE, ROOT], {
    cwd: ROOT,
    env: { ...process.env, ...environment, ...(over !== undefined && { YIPING_PACKAGE_OVER: over }) },
  });
  const packaged = join(folder, 'out', `Yiping-${target}`);
  const asar = join(packaged, 'resources', 'app.asar');
  if (!existsSync(asar)) throw new Error(`Forge made no ${asar}:\n${stdout}${stderr}`);
  return { folder: packaged, executable: join(packaged, 'yiping'), asar, output: stdout + stderr };
}
