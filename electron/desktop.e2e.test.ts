import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Rectangle } from './shell/shell.ts';
import { countColours, MANY_COLOURS } from './testing/count-colours.ts';
import { DesktopUnderTest } from './testing/desktop-under-test.ts';
import type { Devtools } from './testing/devtools.ts';
import { DISPLAYS, DisplayServer, noDisplayServer } from './testing/display-server.ts';
import { noElectron } from './testing/electron-binary.ts';
import { until } from './testing/until.ts';

const CITY = 'yiping://app/index.html';
const START = 'yiping://app/start.html';
/** Of the trial sensor, and so near that its symbol is on the screen. */
const PLACE = [71.4285, 51.1282];

const skipped = noDisplayServer() ?? noElectron();

describe.skipIf(skipped !== undefined)(`the application${skipped === undefined ? '' : ` (${skipped})`}`, () => {
  const displays = new DisplayServer();
  let desktop: DesktopUnderTest;
  let main: Devtools;
  let city: Devtools;
  let mqttUrl = '';

  beforeAll(async () => {
    await displays.start();
    desktop = new DesktopUnderTest(displays);
    // Ports of our own; nothing is chosen yet.
    desktop.settings = { windows: [], serviceFlags: ['--mqtt-port', '0', '--opcua-port', '0'] };
    desktop.start();
    main = await desktop.main();
  });
  afterAll(async () => {
    await desktop?.stop();
    await displays.stop();
  });

  /** The page of the city, as soon as the whole of its view is there. */
  const drawnCity = async (): Promise<Devtools> => {
    const page = await desktop.page(CITY);
    await until('the tiles of the view', async () => {
      const loaded = await page.evaluate('window.__yiping && window.__yiping.tilesLoaded === 1').catch(() => false);
      return loaded === true ? true : undefined;
    });
    return page;
  };
  const publish = async (topic: string, payload: unknown): Promise<void> => {
    const client = await mqtt.connectAsync(mqttUrl);
    await client.publishAsync(`twin/${topic}`, JSON.stringify(payload), { qos: 1, retain: topic.endsWith('$meta') });
    await client.endAsync();
  };
  const arrives = (page: Devtools, value: number) =>
    until(`the value ${value} on the screen`, async () => {
      const reading = await page
        .evaluate<{ value: number } | undefined>('window.__yiping && window.__yiping.latest("trial-1/level")')
        .catch(() => undefined);
      return reading?.value === value ? reading : undefined;
    });
  /** What is chosen in the menu of the application. */
  const choose = (...labels: readonly string[]) =>
    main.evaluate(`(() => {
      let item = { submenu: require('electron').Menu.getApplicationMenu() };
      for (const label of ${JSON.stringify(labels)}) item = item.submenu.items.find((each) => each.label === label);
      item.click();
    })()`);
  const windowBounds = () =>
    main.evaluate<Rectangle>(`({ ...require('electron').BrowserWindow.getAllWindows()[0].getBounds() })`);
  const fragment = (page: Devtools) => page.evaluate<string>('location.hash.slice(1)');

  test('the first start asks where the city is, and the city on this machine is drawn with its data in the folder of the user', async () => {
    const start = await desktop.page(START);
    await until('the question', async () =>
      (await start.evaluate<string>('document.body.innerText')).includes('在本机运行') ? true : undefined,
    );
    await start.evaluate(`window.yipingDesktop.choose({ where: 'here' })`);
    city = await drawnCity();
    const [, port] = await desktop.untilLogged('service', /Ready: .* MQTT (\d+)/);
    mqttUrl = `mqtt://127.0.0.1:${port}`;
    expect(desktop.log('service')).toContain(join(desktop.folder, 'data'));
    expect(desktop.settings.choice).toEqual({ where: 'here' });
    expect(await countColours(city)).toBeGreaterThan(MANY_COLOURS);
  });

  test('a value that a sensor sends arrives on the screen', async () => {
    await publish('trial-1/$meta', {
      ...{ name: { zh: '试验水位', en: 'Trial level' }, type: 'water-level', location: PLACE },
      properties: { level: { unit: 'm', range: [0, 10], interval: 3600 } },
    });
    await publish('trial-1/level', 3.42);
    await arrives(city, 3.42);
  });

  test('the bridge answers our page and refuses a foreign one', async () => {
    expect(await city.evaluate(`window.yipingDesktop.server()`)).toEqual({
      liveUrl: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/live$/),
    });
    expect(await city.evaluate(`window.yipingDesktop.choose({ where: 'elsewhere' }).catch(String)`)).toMatch(
      /choose: .* is not a StartChoice/,
    );
    // The same preload script in a window on a page that is not ours.
    const refused = await main.evaluate<string>(`(async () => {
      const { app, BrowserWindow } = require('electron');
      const preload = require('path').join(app.getAppPath(), 'dist', 'desktop', 'preload.cjs');
      const window = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true, contextIsolation: true } });
      await window.loadURL('data:text/html,foreign');
      const answer = await window.webContents.executeJavaScript('window.yipingDesktop.server().catch(String)');
      window.destroy();
      return answer;
    })()`);
    expect(refused).toMatch(/The bridge does not answer/);
  });

  test('the page has no Node, and may not leave, open windows or ask for a microphone', async () => {
    expect(await city.evaluate('[typeof require, typeof process, typeof module].join()')).toBe(
      'undefined,undefined,undefined',
    );
    await city.evaluate(`void (location.href = 'https://example.org/')`);
    await desktop.untilLogged('desktop', /refused navigation to https:\/\/example\.org\//);
    await city.evaluate(`void window.open('https://example.org/x')`);
    await desktop.untilLogged('desktop', /refused new window for https:\/\/example\.org\/x/);
    expect(await main.evaluate(`require('electron').BrowserWindow.getAllWindows().length`)).toBe(1);
    expect(await city.evaluate('location.href')).toContain(CITY);
    expect(
      await city.evaluate(`navigator.mediaDevices.getUserMedia({ audio: true }).then(() => 'given', (e) => e.name)`),
    ).not.toBe('given');
    expect(await city.evaluate(`fetch('https://example.org/').then(() => 'sent', () => 'refused')`)).toBe('refused');
  });

  test('a second start ends, and brings the first to the front', async () => {
    const isInFront = () => main.evaluate<boolean>(`require('electron').BrowserWindow.getAllWindows()[0].isFocused()`);
    // Another program is in front.
    await main.evaluate(`void require('electron').BrowserWindow.getAllWindows()[0].blur()`);
    await until('another window in front', async () => ((await isInFront()) ? undefined : true));
    expect(await desktop.startAgain()).toBe(0);
    await until('the window in front', async () => ((await isInFront()) ? true : undefined));
    expect(await main.evaluate(`require('electron').BrowserWindow.getAllWindows().length`)).toBe(1);
  });

  test('kiosk fills the chosen display, which stays on; out of it the window is where it was', async () => {
    await until('the window in its place', () => (desktop.settings.windows.length > 0 ? true : undefined));
    const before = await windowBounds();
    await choose('Window', 'Kiosk on Display 4 (1920×1080)');
    await until('the whole of display 4', async () => (isSame(await windowBounds(), DISPLAYS[3]) ? true : undefined));
    expect(await main.evaluate(`require('electron').powerSaveBlocker.isStarted(0)`)).toBe(true);
    await choose('Window', 'Kiosk on This Display');
    await until(`the window at ${JSON.stringify(before)}`, async () =>
      isSame(await windowBounds(), before) ? true : undefined,
    );
    expect(await main.evaluate(`require('electron').powerSaveBlocker.isStarted(0)`)).toBe(false);
  });

  describe('after kill -9', () => {
    let shown = '';

    beforeAll(async () => {
      const at = `${new Date(Date.now() - 60_000).toISOString().slice(0, 19)}Z`;
      await city.evaluate(`void (location.hash = 'view=71.44,51.13,900,30,40&thing=trial-1&at=${at}')`);
      shown = await until('camera, selection and moment in the address', async () => {
        const now = await fragment(city);
        return now.startsWith('view=71.440000,51.130000,900,30.0,40.0&thing=trial-1&at=') ? now : undefined;
      });
    });

    test('of its page, the same camera, selection and moment are back', async () => {
      const [renderer] = desktop.electron.processes('renderer');
      process.kill(renderer?.pid as number, 'SIGKILL');
      await desktop.untilLogged('desktop', /its page ended/);
      city = await drawnCity();
      expect(await fragment(city)).toBe(shown);
    });

    test('of the GPU process, the city is drawn again with the same camera, selection and moment', async () => {
      await city.evaluate(
        `void document.querySelectorAll('canvas').forEach((canvas) => canvas.classList.add('of-before'))`,
      );
      const [gpu] = desktop.electron.processes('gpu-process');
      process.kill(gpu?.pid as number, 'SIGKILL');
      await desktop.untilLogged('desktop', /The GPU process ended/);
      await until('another canvas', async () =>
        (await city.evaluate(`document.querySelector('canvas:not(.of-before)') !== null`)) ? true : undefined,
      );
      city = await drawnCity();
      await until('a picture', async () => ((await countColours(city)) > MANY_COLOURS ? true : undefined));
      expect(await fragment(city)).toBe(shown);
    });

    test('of the ingest service, it runs again on its port, with its data, and the page goes on', async () => {
      const [, pid] = await desktop.untilLogged('service', /The ingest service runs as process (\d+)/);
      process.kill(Number(pid), 'SIGKILL');
      await desktop.untilLogged('service', /Ready: /, 2);
      const [, port] = await desktop.untilLogged('service', /Ready: .* MQTT (\d+)/, 2);
      mqttUrl = `mqtt://127.0.0.1:${port}`;
      await choose('View', 'Go Live');
      await publish('trial-1/level', 5.5);
      await arrives(city, 5.5);
    });
  });

  test('a kiosk whose display goes fills another, and its own again when it returns', async () => {
    const before = await windowBounds();
    await choose('Window', 'Kiosk on Display 4 (1920×1080)');
    await until('the whole of display 4', async () => (isSame(await windowBounds(), DISPLAYS[3]) ? true : undefined));
    await displays.displayOff(3);
    await until('the whole of another display', async () => {
      const now = await windowBounds();
      return DISPLAYS.slice(0, 3).some((display) => isSame(now, display)) ? true : undefined;
    });
    await displays.displayOn(3);
    await until('the whole of display 4', async () => (isSame(await windowBounds(), DISPLAYS[3]) ? true : undefined));
    await choose('Window', 'Kiosk on This Display');
    await until('the window where it was', async () => (isSame(await windowBounds(), before) ? true : undefined));
  });

  test('a display that goes takes its window to another and gives it back when it returns', async () => {
    const { x, y } = DISPLAYS[3] as Rectangle;
    const place = { x: x + 200, y: y + 100, width: 1200, height: 800 };
    await main.evaluate(
      `void require('electron').BrowserWindow.getAllWindows()[0].setBounds(${JSON.stringify(place)})`,
    );
    await until('its place remembered', () => {
      const display = desktop.settings.windows[0]?.display;
      return display?.x === x && display.y === y ? true : undefined;
    });
    await displays.displayOff(3);
    await until('the window on another display', async () => {
      const now = await windowBounds();
      return now.x < x || now.y < y ? true : undefined;
    });
    expect(desktop.settings.windows[0]?.display).toMatchObject({ x, y });
    await displays.displayOn(3);
    await until('the window back on its display', async () => {
      const now = await windowBounds();
      return now.x >= x && now.y >= y ? true : undefined;
    });
  });

  test('a server that is down, is not ours, or speaks another version is told, with ways on', async () => {
    await choose('Yiping', 'Choose Server…');
    const start = await desktop.page(START);
    const foreign = await answering({ ok: true });
    const future = await answering({ ok: true, product: 'yiping', live: 'yiping.live.999' });
    for (const { address, kind, words } of [
      { address: '127.0.0.1:1', kind: 'server-down', words: '127.0.0.1:1' },
      { address: 'not an address', kind: 'address-invalid', words: 'not an address' },
      { address: foreign.address, kind: 'server-foreign', words: foreign.address },
      { address: future.address, kind: 'server-version', words: 'yiping.live.999' },
    ]) {
      await start.evaluate(`window.yipingDesktop.choose(${JSON.stringify({ where: 'server', address })})`);
      await until(`${kind} on the page`, async () => {
        const state = await start.evaluate<{ problem?: { kind: string } }>('window.yipingDesktop.startState()');
        const text = await start.evaluate<string>('document.body.innerText');
        return state.problem?.kind === kind && text.includes(words) ? true : undefined;
      });
      expect(await start.evaluate<number>('document.querySelectorAll("button").length')).toBeGreaterThan(1);
    }
    foreign.server.close();
    future.server.close();
  });

  test('a data folder that cannot be used is told, and works when it can', async () => {
    const start = await desktop.page(START);
    const data = join(desktop.folder, 'data');
    await main.evaluate(`void require('fs').renameSync(${JSON.stringify(data)}, ${JSON.stringify(`${data}-kept`)})`);
    writeFileSync(data, 'no folder');
    await start.evaluate(`window.yipingDesktop.choose({ where: 'here' })`);
    await until('the problem on the page', async () =>
      (await start.evaluate<string>('document.body.innerText')).includes(data) ? true : undefined,
    );
    await main.evaluate(`void require('fs').unlinkSync(${JSON.stringify(data)})`);
    mkdirSync(data);
    await start.evaluate('window.yipingDesktop.retry()');
    city = await drawnCity();
  });

  test('it ends with its data on disk, and the next start shows the city where it was left, in the window where it was', async () => {
    const [before, shown] = [await windowBounds(), await fragment(city)];
    await main.evaluate(`(({ app }) => void setImmediate(() => app.quit()))(require('electron'))`);
    // Node waits at its end for whoever debugs it.
    main.close();
    expect(await desktop.electron.untilEnd()).toBe(0);
    expect(desktop.log('service')).toContain('Stopped; everything is on disk.');
    expect(desktop.log('desktop')).toContain('Yiping ended');
    desktop.start();
    main = await desktop.main();
    city = await drawnCity();
    expect(await fragment(city)).toBe(shown);
    expect(await windowBounds()).toEqual(before);
  });
});

/** Somebody who answers so to everything. */
async function answering(answer: object): Promise<{ server: Server; address: string }> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function isSame(a: Rectangle, b: Rectangle | undefined): boolean {
  return b !== undefined && a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}
