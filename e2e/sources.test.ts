import { setTimeout as delay } from 'node:timers/promises';
import mqtt from 'mqtt';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DatastreamJson, SourceDetailJson, SourcesPage, ThingJson } from '#devices/wire/api.ts';
import { noBrowser, openBrowser } from './browser.ts';
import { eventually } from './eventually.ts';
import { type Product, startProduct, temporaryDataDir } from './product.ts';

const AHEAD_MS = 90_000;
const INTERVAL_MS = 500;

describe.skipIf(noBrowser !== undefined)(`sources${noBrowser === undefined ? '' : ` (${noBrowser})`}`, () => {
  const dataDir = temporaryDataDir();
  let product: Product;
  let browser: Browser;
  let page: Page;
  let roof: mqtt.MqttClient;

  /** `count` readings in step, from a clock that is 90 s ahead; nobody has declared how often they come. */
  async function send(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const reading = { value: i, time: Date.now() + AHEAD_MS };
      await roof.publishAsync('twin/roof/temperature', JSON.stringify(reading), { qos: 1 });
      await delay(INTERVAL_MS);
    }
  }

  beforeAll(async () => {
    product = await startProduct(dataDir.path);
    roof = await mqtt.connectAsync(product.mqttUrl, { clientId: 'roof-7' });
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    await page.goto(`${product.ready.url}/#lang=en`);
  });
  afterAll(async () => {
    await browser?.close();
    await roof?.endAsync();
    await product?.stop();
    dataDir.remove();
  });

  test('before anything was heard the list says why it is empty and what to do', async () => {
    await page.locator('.connection').click();
    await page.locator('dialog.sources').getByText('Connect a device').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('dialog.sources').waitFor({ state: 'detached' });
  });

  test('a client whose clock is 90 s ahead is shown as ahead, by so much', async () => {
    await page.keyboard.press('s');
    await send(24);
    const row = page.locator('.source.is-clock');
    await row.getByText('90 s ahead').waitFor();
    await page.locator('.top-bar').getByText('check sources: 1').waitFor();
    const { sources } = await product.get<SourcesPage>('/api/v1/sources');
    expect(sources).toMatchObject([{ protocol: 'mqtt', concern: 'clock', clock: { state: 'ahead' } }]);
  });

  test('its interval is learnt, and said to be learnt', async () => {
    const stream = await eventually('the learnt interval', async () => {
      await send(12);
      const thing = await product.get<ThingJson>('/api/v1/things/roof');
      const [first] = thing.datastreams as [DatastreamJson];
      return first.learntIntervalMs === undefined ? undefined : first;
    });
    expect(stream.intervalMs).toBeUndefined();
    await page.goto('about:blank');
    await page.goto(`${product.ready.url}/#lang=en&thing=roof`);
    await page.locator('.facts').getByText('learnt from its data').waitFor();
    await page.locator('.facts').getByText('90 s ahead').waitFor();
  });

  test('when it falls silent that is said, and when it speaks again the silence is a gap', async () => {
    await page.keyboard.press('s');
    const row = page.locator('.source.is-silent');
    await row.getByText('silent for').waitFor({ timeout: 60_000 });
    await send(3);
    const { sources } = await product.get<SourcesPage>('/api/v1/sources');
    const id = encodeURIComponent(sources[0]?.id ?? '');
    const { newestGaps, missing } = await product.get<SourceDetailJson>(`/api/v1/sources/${id}`);
    expect(newestGaps).toMatchObject([{ datastream: 'roof/temperature', datastreams: 1, filled: 0 }]);
    expect(missing).toBeGreaterThan(10_000 / INTERVAL_MS - 2);
    await page.locator('.source .source-open').click();
    await page.locator('.source-gaps').getByText('roof/temperature').waitFor();
  });

  test('is not the past: a replay says that the list is of now', async () => {
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.locator('.sources-now').waitFor();
  });
});
