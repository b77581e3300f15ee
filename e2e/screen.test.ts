import mqtt from 'mqtt';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ObservationsPage } from '#devices/wire/api.ts';
import type {} from '../twin-viewer/automation-port.ts';
import { seriousFaults } from './axe.ts';
import { noBrowser, openBrowser } from './browser.ts';
import { eventually } from './eventually.ts';
import { countPixels } from './pixels.ts';
import { type Product, startProduct, temporaryDataDir } from './product.ts';

const PLACE = { lon: 71.4285, lat: 51.1282 };
/** The colours of SCREEN.md, as the symbols are painted. */
const URGENT = { red: 240, green: 70, blue: 75 };
const VIEW = `view=${PLACE.lon},${PLACE.lat},900,24,50&lang=en`;

describe.skipIf(noBrowser !== undefined)(`the screen${noBrowser === undefined ? '' : ` (${noBrowser})`}`, () => {
  const dataDir = temporaryDataDir();
  const strangers: string[] = [];
  let product: Product;
  let browser: Browser;
  let page: Page;
  let publisher: mqtt.MqttClient;

  beforeAll(async () => {
    product = await startProduct(dataDir.path);
    publisher = await mqtt.connectAsync(product.mqttUrl);
    const meta = {
      name: { zh: '试验站', en: 'Trial station' },
      type: 'air-station',
      location: [PLACE.lon, PLACE.lat],
      properties: {
        pm25: { unit: 'ug/m3', interval: 3600, limits: [{ side: 'above', value: 250, priority: 'urgent' }] },
      },
    };
    await publisher.publishAsync('twin/trial/$meta', JSON.stringify(meta), { qos: 1, retain: true });
    await publisher.publishAsync('twin/trial/pm25', '35.2', { qos: 1 });
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1100, height: 620 } });
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).host !== new URL(product.ready.url).host) {
        strangers.push(request.url());
      }
    });
    await page.goto(`${product.ready.url}/#${VIEW}`);
    await eventually('the whole city on the screen', () => cityIsWhole(page));
  });
  afterAll(async () => {
    await browser?.close();
    await publisher?.endAsync();
    await product?.stop();
    dataDir.remove();
  });

  test('a published value reaches the screen, and its symbol turns red where the sensor stands', async () => {
    const before = await redNear(browser, page);
    await publisher.publishAsync('twin/trial/pm25', '312', { qos: 1 });
    await eventually('the value in a presented frame', () => presents(page, 'urgent'));
    expect(await redNear(browser, page)).toBeGreaterThan(before + 40);
  });

  test('a click on the symbol opens the panel with name, value, unit, age, status and source', async () => {
    const at = await eventually('the symbol', () => page.evaluate(() => window.__yiping?.project('trial')));
    await page.mouse.click(at.x, at.y);
    const panel = page.locator('section.thing');
    await panel.waitFor();
    for (const part of ['Trial station', '312', 'µg/m³', 'Good', 'twin/trial/pm25']) {
      await panel.getByText(part).first().waitFor();
    }
    await page.waitForURL(/thing=trial/);
  });

  test('from the value on the screen to the bytes it came in', async () => {
    await page.locator('.raw-open').click();
    const payload = page.locator('.raw-payload');
    await payload.waitFor();
    const text = await payload.inputValue();
    expect(text).toMatch(/^\{"value":|^\d/);
    expect(await page.locator('.raw-facts').innerText()).toContain('twin/trial/');
    // Space is the focused button's own.
    await page.locator('.raw-open').blur();
  });

  test('pausing goes to the past by the same path, and live comes back', async () => {
    const past = Date.now() - 1;
    await eventually('history reaches the pause', async () => (Date.now() - past > 3_000 ? true : undefined));
    await page.keyboard.press('Space');
    await page.locator('.top-bar').getByText('Paused').waitFor();
    await publisher.publishAsync('twin/trial/pm25', '20', { qos: 1 });
    await eventually('the value in history', async () => {
      const found = await product.get<ObservationsPage>(`/api/v1/observations?datastream=trial/pm25&from=${iso(past)}`);
      return found.observations.some((o) => o.result === 20) ? true : undefined;
    });
    expect(await page.evaluate(() => window.__yiping?.latest('trial/pm25')?.value)).toBe(312);
    await page.keyboard.press('l');
    await eventually('the live value', () => presents(page, 'good'));
    expect(await page.evaluate(() => window.__yiping?.latest('trial/pm25')?.value)).toBe(20);
  });

  test('a link carries camera, selection and moment', async () => {
    const { observations } = await product.get<ObservationsPage>(
      `/api/v1/observations?datastream=trial/pm25&from=${iso(Date.now() - 600_000)}`,
    );
    const crossing = Date.parse(observations.find((o) => o.result === 312)?.time as string);
    await page.goto('about:blank');
    await page.goto(`${product.ready.url}/#${VIEW}&thing=trial&at=${iso(crossing + 1_000)}`);
    await page.locator('section.thing').getByText('Trial station').waitFor();
    await eventually('the moment of the link', () =>
      page.evaluate(() => (window.__yiping?.latest('trial/pm25')?.value === 312 ? true : undefined)),
    );
    await page.locator('.top-bar').getByText('Paused').waitFor();
    await page.keyboard.press('l');
  });

  test('after the service was away the screen finds it again and shows what it missed', async () => {
    const { httpPort, mqttPort } = product.ready;
    await publisher.endAsync();
    await product.kill();
    await page.locator('.banner').waitFor();
    product = await startProduct(dataDir.path, [
      ...['--no-fleet', '--http-port', String(httpPort)],
      ...['--mqtt-port', String(mqttPort)],
    ]);
    publisher = await mqtt.connectAsync(product.mqttUrl);
    await publisher.publishAsync('twin/trial/pm25', '301', { qos: 1 });
    await eventually('the value that came after the restart', () => presents(page, 'urgent'));
  });

  test('nothing asks another machine for anything', () => {
    expect(strangers).toEqual([]);
  });

  test('axe finds nothing serious on the screen', async () => {
    expect(await seriousFaults(page)).toEqual([]);
  });
});

const iso = (time: number) => new Date(time).toISOString();

function cityIsWhole(page: Page): Promise<true | undefined> {
  return page.evaluate(() => {
    const port = window.__yiping;
    return port?.tilesLoaded === 1 && port.project('trial') !== undefined ? true : undefined;
  });
}

/** Whether a frame was presented after the Thing took this appearance. */
function presents(page: Page, appearance: string): Promise<true | undefined> {
  return page.evaluate(async (wanted) => {
    const port = window.__yiping;
    if (port?.appearance('trial') !== wanted) return undefined;
    const since = performance.timeOrigin + performance.now();
    const shown = () => (port.presentedUpTo() ?? 0) >= since - 1_000;
    for (let i = 0; i < 100 && !shown(); i++) await new Promise((resolve) => requestAnimationFrame(resolve));
    return shown() ? true : undefined;
  }, appearance);
}

/** Pixels of the urgent red within 40 px of where the sensor stands. */
async function redNear(browser: Browser, page: Page): Promise<number> {
  const at = await eventually('the sensor on screen', () => page.evaluate(() => window.__yiping?.project('trial')));
  const clip = { x: Math.max(0, at.x - 40), y: Math.max(0, at.y - 40), width: 80, height: 80 };
  return countPixels(await page.screenshot({ clip, timeout: 120_000 }), browser, URGENT);
}
