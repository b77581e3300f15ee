import mqtt from 'mqtt';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {} from '../twin-viewer/automation-port.ts';
import { noBrowser, openBrowser } from './browser.ts';
import { eventually } from './eventually.ts';
import { installFakeDesktop } from './fake-desktop.ts';
import { countPixels } from './pixels.ts';
import { type Product, startProduct, temporaryDataDir } from './product.ts';

const PLACE = { lon: 71.4285, lat: 51.1282 };
const VIEW = `view=${PLACE.lon}00,${PLACE.lat}00,900,24.0,50.0`;
/** As the symbol of an urgent Thing is painted. */
const URGENT = { red: 240, green: 70, blue: 75 };

describe.skipIf(noBrowser !== undefined)(
  `the city in the desktop application${noBrowser === undefined ? '' : ` (${noBrowser})`}`,
  () => {
    const dataDir = temporaryDataDir();
    let product: Product;
    let browser: Browser;
    let page: Page;
    let publisher: mqtt.MqttClient;

    beforeAll(async () => {
      product = await startProduct(dataDir.path);
      publisher = await mqtt.connectAsync(product.mqttUrl);
      const pm25 = { unit: 'ug/m3', interval: 3600, limits: [{ side: 'above', value: 250, priority: 'urgent' }] };
      const meta = { type: 'air-station', location: [PLACE.lon, PLACE.lat], properties: { pm25 } };
      await publisher.publishAsync('twin/trial/$meta', JSON.stringify(meta), { qos: 1, retain: true });
      await publisher.publishAsync('twin/trial/pm25', '312', { qos: 1 });
      browser = await openBrowser();
      page = await browser.newPage({ viewport: { width: 1100, height: 620 }, locale: 'en-US' });
      await installFakeDesktop(page, { server: { liveUrl: `ws://127.0.0.1:${product.ready.httpPort}/live` } });
      await page.goto(`${product.ready.url}/#${VIEW}&thing=trial&lang=en`);
      await eventually('the whole city on the screen', () => cityIsWhole(page));
    });
    afterAll(async () => {
      await browser?.close();
      await publisher?.endAsync();
      await product?.stop();
      dataDir.remove();
    });

    test('runs the commands of the menu, and tells the language', async () => {
      const order = (command: Parameters<Window['order']>[0]) => page.evaluate((name) => window.order(name), command);
      await order('search');
      await page.locator('.palette').waitFor();
      await order('search');
      await order('language');
      await page.locator('html[lang=zh-CN]').waitFor();
      await order('language');
      await page.locator('html[lang=en]').waitFor();
      const told = await page.evaluate(() => window.asked.filter(([name]) => name === 'setLanguage').map(([, l]) => l));
      expect(told.slice(-3)).toEqual(['en', 'zh', 'en']);
      await order('play');
      await page.locator('.top-bar').getByText('Paused').waitFor();
      await order('live');
      await page.locator('.top-bar').getByText('LIVE').waitFor();
    });

    test('copies a link that opens for others: the page of the server, not of the application', async () => {
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.locator('button.action', { hasText: 'Copy link' }).click();
      await page.getByText('Copied').waitFor();
      const link = await page.evaluate(() => navigator.clipboard.readText());
      expect(link).toBe(`http://127.0.0.1:${product.ready.httpPort}/${new URL(page.url()).hash}`);
      // Permissions refused, as the desktop application refuses what it does not know.
      await page.evaluate(() => {
        navigator.clipboard.writeText = () => Promise.reject(new Error('refused'));
      });
      await page.locator('button.action', { hasText: 'Copy link' }).waitFor();
      await page.evaluate(() => navigator.clipboard.write([new ClipboardItem({ 'text/plain': 'nothing' })]));
      await page.locator('button.action', { hasText: 'Copy link' }).click();
      await page.getByText('Copied').waitFor();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
      await page.locator('.action:focus').evaluate((button: HTMLElement) => button.blur());
    });

    test('comes back by itself after the drawing context was lost, again and again: camera, selection, moment', async () => {
      await page.keyboard.press('Space');
      await page.waitForURL(/at=/);
      const before = { url: page.url(), time: await page.evaluate(() => window.__yiping?.presentTime()) };
      for (let loss = 1; loss <= 2; loss++) {
        await page.evaluate(loseContext);
        await page.locator('.scene-failure').waitFor();
        expect(await page.locator('.scene-failure').innerText()).toContain('being drawn anew');
        await page.locator('.scene-failure').waitFor({ state: 'detached' });
        await eventually(`the city after loss ${loss}`, () => cityIsWhole(page));
        expect(page.url()).toBe(before.url);
        expect(await page.evaluate(() => window.__yiping?.presentTime())).toBe(before.time);
        await page.locator('section.thing').getByText('312').first().waitFor();
        expect(await redNear(browser, page)).toBeGreaterThan(40);
      }
    });
  },
);

/** What a dying GPU process does to every page. Runs in the page. */
function loseContext(): void {
  const canvas = document.querySelector('.cesium-widget canvas') as HTMLCanvasElement;
  canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext();
}

function cityIsWhole(page: Page): Promise<true | undefined> {
  return page.evaluate(() => {
    const port = window.__yiping;
    return port?.tilesLoaded === 1 && port.project('trial') !== undefined ? true : undefined;
  });
}

/** Pixels of the symbol's red within 40 px of where the sensor stands. */
async function redNear(browser: Browser, page: Page): Promise<number> {
  const at = await eventually('the sensor on screen', () => page.evaluate(() => window.__yiping?.project('trial')));
  const clip = { x: Math.max(0, at.x - 40), y: Math.max(0, at.y - 40), width: 80, height: 80 };
  return countPixels(await page.screenshot({ clip, timeout: 120_000 }), browser, URGENT);
}
