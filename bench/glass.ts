import { setTimeout as delay } from 'node:timers/promises';
import mqtt from 'mqtt';
import { openBrowser } from '../e2e/browser.ts';
import { eventually } from '../e2e/eventually.ts';
import { startProduct, temporaryDataDir } from '../e2e/product.ts';
import type { AutomationPort } from '../twin-viewer/automation-port.ts';
import { needBuiltViewer } from './built-viewer.ts';
import type { Bench } from './main.ts';
import { percentile } from './record.ts';

const MARKS = 120;
const WARM_UP = 10;

/**
 * From publish to glass: a sensor in the middle of the view crosses its limit and comes back, again and again, while the
 * whole fleet runs. Each crossing is followed from the publisher's clock to the frame in which the browser presented its
 * symbol; the browser's clock is put on the server's by the viewer's own synchronisation. Software GL: the frame itself
 * takes most of the time, so the way to the viewer's store is told beside it.
 */
export const run: Bench = async () => {
  needBuiltViewer();
  const dataDir = temporaryDataDir();
  const product = await startProduct(dataDir.path, []);
  const { home } = await product.get<{ home: { lon: number; lat: number } }>('/api/v1/city');
  const client = await mqtt.connectAsync(product.mqttUrl);
  const meta = {
    name: 'glass',
    location: [home.lon, home.lat],
    properties: { mark: { limits: [{ side: 'above', value: 5, priority: 'urgent' }] } },
  };
  await client.publishAsync('twin/glass/$meta', JSON.stringify(meta), { qos: 1, retain: true });
  await client.publishAsync('twin/glass/mark', '0', { qos: 1 });

  const browser = await openBrowser();
  const page = await browser.newPage({ viewport: { width: 640, height: 360 } });
  await page.goto(product.ready.url);
  await eventually('the whole city on the screen', () =>
    page.evaluate(() => (window.__yiping?.tilesLoaded === 1 && window.__yiping.project('glass') ? true : undefined)),
  );

  const toStore: number[] = [];
  const toGlass: number[] = [];
  for (let mark = 0; mark < MARKS + WARM_UP; mark++) {
    const time = Date.now();
    const seen = page.evaluate(watch, time);
    await client.publishAsync('twin/glass/mark', JSON.stringify({ value: mark % 2 === 0 ? 10 : 0, time }), { qos: 1 });
    const { storedAt, presentedAt } = await seen;
    if (mark >= WARM_UP) {
      toStore.push(storedAt - time);
      toGlass.push(presentedAt - time);
    }
    await delay(100 + Math.random() * 400);
  }
  await browser.close();
  await client.endAsync();
  await product.stop();
  dataDir.remove();
  return { marks: MARKS, publishToStoreMs: spread(toStore), publishToGlassMs: spread(toGlass), gl: 'swiftshader' };
};

/** In the page: when the observation of `time` was applied, and when a frame with it was presented; server's clock. */
function watch(time: number): Promise<{ storedAt: number; presentedAt: number }> {
  const port = window.__yiping as AutomationPort;
  return new Promise((resolve) => {
    let appliedAt = Number.POSITIVE_INFINITY;
    const unwatch = port.watch('glass/mark', () => {
      if (port.latest('glass/mark')?.time === time) appliedAt = performance.timeOrigin + performance.now();
    });
    const look = () => {
      const presentedAt = port.presentedAt();
      if (presentedAt === undefined || (port.presentedUpTo() ?? 0) < appliedAt) {
        setTimeout(look, 1);
        return;
      }
      unwatch?.();
      resolve({ storedAt: appliedAt + port.clockOffset(), presentedAt: presentedAt + port.clockOffset() });
    };
    look();
  });
}

function spread(values: number[]): { p50: number; p99: number; max: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const rounded = (p: number) => Math.round(percentile(sorted, p));
  return { p50: rounded(0.5), p99: rounded(0.99), max: Math.round(sorted.at(-1) ?? Number.NaN) };
}
