import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { publishNumbers } from './counting-publisher.ts';
import { startIngest } from './ingest-process.ts';
import { killAgainAndAgain } from './kill.ts';
import { killMosquitto, MOSQUITTO } from './mosquitto-control.ts';
import { account, openStores } from './stored-numbers.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-kill-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

test('whatever was acknowledged is in history once after kill -9, at whatever moment, over and over', async () => {
  const lives = fc.sample(fc.integer({ min: 1, max: 3_000 }), 4);
  const report = await killAgainAndAgain({ folder, lives });
  expect(report.acknowledged).toBeGreaterThan(0);
  expect(report.sentAgain).toBeGreaterThan(0);
  expect([report.lost, report.repeated], `lives of ${lives}`).toEqual([0, 0]);
});

test('the control: acknowledging before it is on disk loses what was acknowledged', async () => {
  const report = await killAgainAndAgain({ folder, ingest: { mode: 'break-the-promise' }, lives: [500] });
  expect(report.lost).toBeGreaterThan(0);
});

test.skipIf(!existsSync(MOSQUITTO))(
  'the other control: a broker that acknowledges from memory loses too (needs mosquitto)',
  async () => {
    expect((await killMosquitto(folder, 500))?.lost).toBeGreaterThan(0);
  },
);

test('a clean stop leaves nothing to do: history has everything, and says 0', async () => {
  const ingest = await startIngest(folder);
  const { acknowledged, client } = await publishNumbers({
    url: ingest.url,
    topic: 'twin/counter/n',
    first: 0,
    enough: 1_000,
  });
  expect(await ingest.end('SIGTERM')).toBe(0);
  client.end(true);
  expect(existsSync(join(folder, 'history.duckdb.wal'))).toBe(false);
  rmSync(join(folder, 'journal'), { recursive: true });
  const stores = await openStores(folder);
  expect(account(acknowledged, await stores.numbers('counter'))).toEqual({ lost: [], repeated: [] });
  await stores.close();
});
