import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Devtools } from './devtools.ts';
import { DISPLAYS, DisplayServer, noDisplayServer } from './display-server.ts';
import { type ElectronBinary, findElectron, noElectron } from './electron-binary.ts';
import { ElectronProcess } from './electron-process.ts';
import { isRunning } from './process-tree.ts';
import { until } from './until.ts';

/** An application that only opens a page and notes what Electron says of its displays. */
const APP = `
  const { app, BrowserWindow, screen } = require('electron');
  app.whenReady().then(() => {
    global.told = [];
    for (const event of ['display-added', 'display-removed']) {
      screen.on(event, (_event, display) => global.told.push([event, display.bounds.x, display.bounds.y]));
    }
    const window = new BrowserWindow({ width: 400, height: 300, webPreferences: { sandbox: true, contextIsolation: true } });
    window.loadURL('data:text/html,<body style="background:%23c00"><canvas></canvas>');
  });
`;

const skipped = noDisplayServer() ?? noElectron();

describe.skipIf(skipped !== undefined)(`the lab${skipped === undefined ? '' : ` (${skipped})`}`, () => {
  const displays = new DisplayServer();
  const folder = mkdtempSync(join(tmpdir(), 'yiping-lab-'));
  let electron: ElectronProcess;
  let main: Devtools;
  let page: Devtools;

  beforeAll(async () => {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'lab', main: 'main.cjs' }));
    writeFileSync(join(folder, 'main.cjs'), APP);
    await displays.start();
    electron = new ElectronProcess({
      binary: findElectron() as ElectronBinary,
      app: folder,
      display: displays.DISPLAY,
    });
    electron.start();
    page = await electron.page((url) => url.startsWith('data:'));
    main = await electron.main();
  });

  afterAll(async () => {
    await electron?.stop();
    await displays.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const bounds = () =>
    main.evaluate<object[]>(`require('electron').screen.getAllDisplays().map(({ bounds }) => ({ ...bounds }))`);

  test('Electron sees four displays in a 2×2', async () => {
    expect(await bounds()).toEqual(DISPLAYS);
  });

  test('a display that goes and comes back is told to Electron, with its place', async () => {
    const told = (count: number) =>
      until(`${count} words about displays`, async () => {
        const words = await main.evaluate<unknown[]>('told');
        return words.length >= count ? words : undefined;
      });
    await displays.displayOff(3);
    expect(await told(1)).toEqual([['display-removed', 1920, 1080]]);
    expect(await bounds()).toEqual(DISPLAYS.slice(0, 3));
    await displays.displayOn(3);
    expect((await told(2))[1]).toEqual(['display-added', 1920, 1080]);
    expect(await bounds()).toEqual(DISPLAYS);
  });

  test('a page draws with WebGL 2, and its picture can be taken', async () => {
    expect(await page.evaluate(`document.querySelector('canvas').getContext('webgl2') !== null`)).toBe(true);
    const png = await page.screenshot();
    expect(png.subarray(1, 4).toString()).toBe('PNG');
  });

  test('what a page throws, now or later, reaches the test', async () => {
    await expect(page.evaluate(`Promise.reject(new Error('told'))`)).rejects.toThrow('told');
    expect(await page.evaluate('Promise.resolve({ a: [1] })')).toEqual({ a: [1] });
  });

  test('its main, page and GPU processes are known by what they are, and none outlives the test', async () => {
    const [mainProcess] = electron.processes('main');
    const [renderer] = electron.processes('renderer');
    const [gpu] = electron.processes('gpu-process');
    expect(mainProcess?.pid).toBe(electron.pid);
    expect(renderer?.command).toContain('--type=renderer');
    expect(gpu?.command).toContain('--type=gpu-process');
    await electron.stop();
    expect([mainProcess, renderer, gpu].map((process) => isRunning(process?.pid ?? 0))).toEqual([false, false, false]);
  });
});
