import { type ChildProcess, execFile, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { extractAll } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingToPackages, missingToPages, missingToScripts } from './testing/asked-files.ts';
import { countColours, MANY_COLOURS } from './testing/count-colours.ts';
import { DesktopUnderTest, isOld, OLD_APPLICATION } from './testing/desktop-under-test.ts';
import { DisplayServer, noDisplayServer } from './testing/display-server.ts';
import { findElectron, noElectron } from './testing/electron-binary.ts';
import { type PackagedApplication, packageApplication } from './testing/package-application.ts';
import { writeStubElectron } from './testing/stub-electron.ts';
import { until } from './testing/until.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const STUB_VERSION = '44.5.1';

const work = mkdtempSync(join(tmpdir(), 'yiping-package-'));
afterAll(() => rmSync(work, { recursive: true, force: true, maxRetries: 5 }));

/** Only where the package stands on such a machine: Electron's zips for others have other files. */
const isLinux = process.platform === 'linux';

describe.skipIf(!isLinux)('the application packaged with a stub named as Electron 44', () => {
  let packaged: PackagedApplication;
  /** What is in the ASAR and beside it, as plain files. */
  const app = join(work, 'app');

  beforeAll(async () => {
    const electron = join(work, 'stub');
    writeStubElectron(electron, STUB_VERSION);
    packaged = await packageApplication({ electron, version: STUB_VERSION, folder: join(work, '44') });
    extractAll(packaged.asar, app);
  });

  it('holds the files that the application opens by name', () => {
    const named = [
      'dist/desktop/preload.cjs',
      'dist/desktop/icon.png',
      'dist/desktop/service/main.mjs',
      'dist/viewer/index.html',
      'dist/tiles/astana/tileset.json',
      'tilesets/cities/astana/city.json',
    ];
    expect(named.filter((name) => !statSync(join(app, name), { throwIfNoEntry: false })?.isFile())).toEqual([]);
  });

  it('holds what main and preload script ask for', () => {
    const { main } = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'));
    expect(missingToScripts(app, [main, 'dist/desktop/preload.cjs'])).toEqual([]);
  });

  it('holds what the service inside asks for, down to the last package', () => {
    expect(missingToScripts(app, ['dist/desktop/service/main.mjs'])).toEqual([]);
    expect(missingToPackages(app)).toEqual([]);
  });

  it('holds what its pages ask for, and every other file of the viewer and of the cities', () => {
    const site = join(app, 'dist', 'viewer');
    const pages = readdirSync(site).filter((name) => name.endsWith('.html'));
    expect(missingToPages(site, pages)).toEqual([]);
    for (const folder of ['dist/viewer', 'dist/tiles/astana', 'tilesets/cities/astana']) {
      expect(filesIn(join(app, folder))).toEqual(filesIn(join(ROOT, folder)));
    }
  });

  it('holds nothing else: no sources, no tests, nothing that only development needs', () => {
    expect(readdirSync(app).sort()).toEqual(['LICENSE', 'dist', 'node_modules', 'package.json', 'tilesets']);
    expect(readdirSync(join(app, 'dist')).sort()).toEqual(['desktop', 'tiles', 'viewer']);
    const idle = /\.(tsx?|map|sources)$|\.test\.|(^|\/)\.(cache|git|bin)(\/|$)/;
    expect(filesIn(app).filter((name) => idle.test(name))).toEqual([]);
    const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const installed = new Set(readdirSync(join(app, 'node_modules')));
    expect(Object.keys(devDependencies).filter((name) => installed.has(name))).toEqual([]);
  });

  it('runs its service with its broker, its history and its page from what it holds alone', async () => {
    const dataDir = join(work, 'data');
    const ports = ['http', 'mqtt', 'opcua'].flatMap((name) => [`--${name}-port`, '0']);
    const flags = ['--no-fleet', '--data-dir', dataDir, ...ports];
    const service = spawn(process.execPath, [join(app, 'dist/desktop/service/main.mjs'), ...flags], {
      cwd: work,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let output = '';
    for (const stream of [service.stdout, service.stderr]) stream?.on('data', (chunk) => (output += chunk));
    const exited = once(service, 'exit');
    const ready = await Promise.race([once(service, 'message'), exited]);
    const { url, mqttPort } = ready[0] as { url: string; mqttPort: number };
    expect(url, output).toMatch(/^http:/);
    for (const path of ['/', '/tiles/astana/tileset.json', '/api/docs', '/api/openapi.json', '/api/v1/things']) {
      expect((await fetch(new URL(path, url))).status, path).toBe(200);
    }
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${mqttPort}`);
    await client.publishAsync('twin/trial/level', '3.42', { qos: 1 });
    await client.endAsync();
    const now = encodeURIComponent(new Date(Date.now() + 1_000).toISOString());
    expect(await (await fetch(new URL(`/api/v1/state?at=${now}`, url))).text()).toContain('3.42');
    service.send({ type: 'stop' });
    expect((await exited)[0], output).toBe(0);
  });

  it('has the native DuckDB unpacked beside the archive, where it answers a query under Node 24', async () => {
    expect(await duckDbAnswer(packaged)).toBe('42');
  });

  it('has its fuses set: nothing turns it into a Node, and it loads no other application', async () => {
    const fuses = await getCurrentFuseWire(packaged.executable);
    const named = Object.entries(fuses).filter(([key]) => /^\d+$/.test(key));
    expect(
      Object.fromEntries(named.map(([key, state]) => [FuseV1Options[Number(key)], FuseState[state as number]])),
    ).toEqual({
      RunAsNode: 'DISABLE',
      EnableCookieEncryption: 'DISABLE',
      EnableNodeOptionsEnvironmentVariable: 'DISABLE',
      EnableNodeCliInspectArguments: 'DISABLE',
      EnableEmbeddedAsarIntegrityValidation: 'ENABLE',
      OnlyLoadAppFromAsar: 'ENABLE',
      LoadBrowserProcessSpecificV8Snapshot: 'DISABLE',
      GrantFileProtocolExtraPrivileges: 'DISABLE',
      WasmTrapHandlers: 'ENABLE',
    });
  });

  it('can be read by every user of the machine it is installed on', () => {
    const closed = [packaged.folder, ...['resources', 'resources/app.asar'].map((name) => join(packaged.folder, name))]
      .filter((path) => (statSync(path).mode & 0o044) !== 0o044)
      .map((path) => relative(dirname(packaged.folder), path));
    expect(closed).toEqual([]);
  });
});

const electron = isLinux ? findElectron() : undefined;
const without = electron === undefined ? ` (skipped: ${noElectron()})` : ` ${electron.version}`;

describe.skipIf(electron === undefined)(`the application packaged with the real Electron${without}`, () => {
  let packaged: PackagedApplication;

  beforeAll(async () => {
    if (electron === undefined) return;
    const folder = join(work, 'real');
    const over = isOld(electron) ? { over: join(OLD_APPLICATION, 'dist') } : {};
    const { path, version } = electron;
    packaged = await packageApplication({ electron: dirname(path), version, folder, ...over });
  });

  it('has that Electron as its executable', () => {
    const [ours, theirs] = [packaged.executable, electron?.path ?? ''].map((path) => statSync(path));
    expect(ours?.size).toBe(theirs?.size);
    expect((ours?.mode ?? 0) & 0o111).toBe(0o111);
  });

  it('has fuses where that Electron has them; else packaging says that none are set', async () => {
    if ((electron?.major ?? 0) >= 12) {
      expect(await getCurrentFuseWire(packaged.executable)).toMatchObject({
        [FuseV1Options.RunAsNode]: FuseState.DISABLE,
      });
    } else {
      expect(packaged.output).toContain(`Electron ${electron?.version} has no fuses: none are set.`);
    }
  });

  it('has the native DuckDB unpacked beside the archive, where it answers a query under Node 24', async () => {
    expect(await duckDbAnswer(packaged)).toBe('42');
  });

  it.skipIf(noDisplayServer() !== undefined)(
    `shows the city from its archive, connected to a running ingest service${noDisplayServer() ?? ''}`,
    async () => {
      const displays = new DisplayServer();
      const desktop = new DesktopUnderTest(displays, packaged.executable);
      const service = startService(join(work, 'data'));
      try {
        const [{ url }] = (await once(service, 'message')) as [{ url: string }];
        await displays.start();
        desktop.settings = { choice: { where: 'server', address: url }, windows: [], serviceFlags: [] };
        desktop.start();
        const city = await desktop.page('yiping://app/index.html');
        await until('the tiles of the view', async () =>
          (await city.evaluate('window.__yiping && window.__yiping.tilesLoaded === 1')) === true ? true : undefined,
        );
        expect(await countColours(city)).toBeGreaterThan(MANY_COLOURS);
        // Without the service inside.
        expect(desktop.log('service')).toBe('');
      } finally {
        await desktop.stop();
        await displays.stop();
        service.kill('SIGKILL');
      }
    },
  );
});

function startService(data: string): ChildProcess {
  const ports = ['--http-port', '0', '--mqtt-port', '0', '--opcua-port', '0'];
  return fork(join(ROOT, 'ingest', 'main.ts'), ['--no-fleet', '--data-dir', data, ...ports], { stdio: 'ignore' });
}

async function duckDbAnswer({ asar }: PackagedApplication): Promise<string> {
  const script = `
    const { DuckDBInstance } = require('@duckdb/node-api');
    DuckDBInstance.create(':memory:')
      .then((instance) => instance.connect())
      .then((connection) => connection.runAndReadAll('SELECT 6 * 7'))
      .then((answer) => process.stdout.write(String(answer.getRows()[0][0])));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { cwd: `${asar}.unpacked` });
  return stdout;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.sources'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}
