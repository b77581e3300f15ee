import { existsSync, readFileSync } from 'node:fs';
import { chmod, cp } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { FuseV1Options, FuseVersion } from '@electron/fuses';
import { MakerDeb } from '@electron-forge/maker-deb';
import { MakerSquirrel } from '@electron-forge/maker-squirrel';
import { MakerZIP } from '@electron-forge/maker-zip';
import { FusesPlugin } from '@electron-forge/plugin-fuses';
import type { ForgeConfig } from '@electron-forge/shared-types';
import { hasFuses, localElectron } from './electron/packaging/local-electron.ts';
import { packedFiles } from './electron/packaging/packed-files.ts';
import { productionPackages } from './electron/packaging/production-packages.ts';

/**
 * Packages the desktop application: `npm run package`, `npm run make`. From the environment:
 *
 * - `YIPING_ELECTRON_ZIP_DIR`: a folder with a zip of Electron, instead of downloading one.
 * - `YIPING_PACKAGE_OUT`: where to; without it `out`.
 * - `YIPING_PACKAGE_OVER`: a folder whose files are laid over those of `dist`, as a test does for an old Electron.
 */
const { YIPING_ELECTRON_ZIP_DIR: zipDir, YIPING_PACKAGE_OUT: out, YIPING_PACKAGE_OVER: over } = process.env;
const ROOT = import.meta.dirname;
const OUT = resolve(ROOT, out ?? 'out');

const pkg = readJson('package.json');
const electron = zipDir === undefined ? undefined : localElectron(resolve(zipDir));
const electronVersion: string = electron?.version ?? pkg.devDependencies.electron;
if (!hasFuses(electronVersion)) console.log(`Electron ${electronVersion} has no fuses: none are set.`);

const isPacked = packedFiles(
  productionPackages(readJson('dist/desktop/service/packages.json'), readJson('package-lock.json').packages),
);

export default {
  outDir: relative(ROOT, OUT),
  packagerConfig: {
    name: 'Yiping',
    executableName: 'yiping',
    appBundleId: 'yiping',
    appCopyright: 'Apache-2.0',
    icon: join(ROOT, 'electron', 'icon', 'yiping'),
    win32metadata: { ProductName: '一屏 Yiping', FileDescription: '一屏 Yiping', CompanyName: 'Yiping' },
    // Node cannot load a native addon, nor the system its library, from within the archive.
    asar: { unpackDir: '**/node_modules/@duckdb' },
    ignore: (path) => !isPacked(path.replace(/^\//, '')),
    // The packages of the service, by packages.json and the lockfile: a third less than all that are no devDependencies.
    prune: false,
    tmpdir: join(OUT, '.work'),
    ...(electron !== undefined && { electronZipDir: electron.folder }),
  },
  // Every addon here is a Node-API prebuild.
  rebuildConfig: { onlyModules: [] },
  makers: [
    new MakerZIP({}, ['linux', 'win32']),
    new MakerDeb({
      options: {
        name: 'yiping',
        bin: 'yiping',
        productName: '一屏 Yiping',
        genericName: 'Digital twin',
        maintainer: 'The Yiping contributors',
        categories: ['Science'],
        icon: join(ROOT, 'electron', 'icon', 'yiping.png'),
      },
    }),
    new MakerSquirrel({
      name: 'yiping',
      title: '一屏 Yiping',
      exe: 'yiping.exe',
      authors: 'The Yiping contributors',
      setupExe: `yiping-${pkg.version}-setup.exe`,
      setupIcon: join(ROOT, 'electron', 'icon', 'yiping.ico'),
    }),
  ],
  plugins: hasFuses(electronVersion) ? [new FusesPlugin(fuses())] : [],
  hooks: {
    prePackage: async (_config, platform, arch) => checkBinding(platform, arch),
    readPackageJson: async () => ({
      name: pkg.name,
      version: pkg.version,
      description: pkg.description,
      license: pkg.license,
      type: pkg.type,
      main: pkg.main,
      // Forge reads here which Electron it is.
      devDependencies: { electron: electronVersion },
    }),
    packageAfterCopy: async (_config, app) => {
      if (over !== undefined) await cp(resolve(over), join(app, 'dist'), { recursive: true, dereference: true });
    },
    // It was made as a temporary folder, which is its maker's alone.
    postPackage: async (_config, { outputPaths }) => {
      for (const folder of outputPaths) await chmod(folder, 0o755);
    },
  },
} satisfies ForgeConfig;

/** https://www.electronjs.org/docs/latest/tutorial/fuses */
function fuses(): ConstructorParameters<typeof FusesPlugin>[0] {
  return {
    version: FuseVersion.V1,
    [FuseV1Options.RunAsNode]: false,
    // On Linux the key would be in the keyring, and a wall that logs in by itself would be asked to unlock that first.
    [FuseV1Options.EnableCookieEncryption]: process.platform !== 'linux',
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: false,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
    [FuseV1Options.OnlyLoadAppFromAsar]: true,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  };
}

/** npm installs the native DuckDB of its own platform only. */
function checkBinding(platform: string, arch: string): void {
  const binding = `node_modules/@duckdb/node-bindings-${platform}-${arch}`;
  if (existsSync(join(ROOT, binding))) return;
  throw new Error(
    `${binding} is not installed, and without it the package has no history. Package for ${platform} ${arch} on such a machine.`,
  );
}

// biome-ignore lint/suspicious/noExplicitAny: package.json and package-lock.json, as npm writes them.
function readJson(path: string): any {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
}
