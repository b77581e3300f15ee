import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { HistoryCursor } from './history-cursor.ts';

const TARGET = { url: 'http://127.0.0.1:8086', org: 'yiping', bucket: 'twin' };
let folder: string;
let path: string;
let clock: ManualClock;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-cursor-'));
  path = join(folder, 'influx', 'cursor.json');
  clock = new ManualClock(Date.UTC(2026, 0, 1));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('What was saved is there again, in the same life', async () => {
  const cursor = await HistoryCursor.open(path, TARGET, clock);
  expect(cursor.position).toBe(0);
  await cursor.advance(7);
  clock.advance(500);
  await cursor.advance(12);
  await cursor.save();
  const again = await HistoryCursor.open(path, { ...TARGET, url: 'http://127.0.0.1:8086/', token: 'other' }, clock);
  expect([again.position, again.life]).toEqual([12, cursor.life]);
});

test('After a crash it is behind by a second at most, and never ahead', async () => {
  const cursor = await HistoryCursor.open(path, TARGET, clock);
  const kept = async () => (await HistoryCursor.open(path, TARGET, clock)).position;
  for (const [position, expected] of [
    [10, 10],
    [20, 10],
    [30, 30],
  ] as const) {
    await cursor.advance(position);
    expect(await kept()).toBe(expected);
    clock.advance(600);
  }
});

test.each([
  ['another server', { url: 'http://127.0.0.1:8087' }],
  ['another organisation', { org: 'other' }],
  ['another bucket', { bucket: 'other' }],
])('%s begins at 0, in a later life', async (_, other) => {
  const cursor = await HistoryCursor.open(path, TARGET, clock);
  await cursor.advance(7);
  clock.advance(1_000);
  const another = await HistoryCursor.open(path, { ...TARGET, ...other }, clock);
  expect(another.position).toBe(0);
  expect(another.life).toBeGreaterThan(cursor.life + cursor.position);
});

test.each(['', '{', 'null', '{"target":1,"life":0,"position":"7"}', '{"life":1000,"position":-1}'])(
  'A damaged file begins at 0: %j',
  async (text) => {
    mkdirSync(join(path, '..'));
    writeFileSync(path, text);
    expect((await HistoryCursor.open(path, TARGET, clock)).position).toBe(0);
  },
);

test('No token and no address stands in the file', async () => {
  const cursor = await HistoryCursor.open(path, { ...TARGET, url: 'http://me:hunter2@db', token: 'secret' }, clock);
  await cursor.advance(1);
  expect(readFileSync(path, 'utf8')).not.toMatch(/hunter2|secret|twin/);
});

test('A disk that fails delays it, and closing says so', async () => {
  const cursor = await HistoryCursor.open(join(folder, 'cursor.json'), TARGET, clock);
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'a file where the folder was');
  await cursor.advance(7);
  expect(cursor.position).toBe(7);
  await expect(cursor.save()).rejects.toThrow();
});
