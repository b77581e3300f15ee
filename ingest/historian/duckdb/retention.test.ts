import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appendObservation, createBatch } from '#devices/model/observation-batch.ts';
import { parseRetention, type RetentionPolicy } from '../retention-policy.ts';
import { DuckDbHistorian } from './duckdb-historian.ts';

const T0 = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
/** Everything that is left of a history. */
const EVER = { from: 0, to: 2 * T0 };
/** Datastreams: 0 and 1 measure pm25, 2 and 3 noise, 4 is a door that says something once. */
const propertyOf = (index: number) => ['pm25', 'pm25', 'noise', 'noise', 'door'][index];

let folder: string;
let historian: DuckDbHistorian;
let position: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-retention-'));
  position = 0;
});
afterEach(async () => {
  await historian.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(rules: string): Promise<void> {
  const retention = parseRetention(rules) as RetentionPolicy;
  historian = await DuckDbHistorian.open(join(folder, 'history.duckdb'), { retention, propertyOf });
}

/** `count` observations of each datastream, one every `stepMs` from `days` after T0 on; value the day. */
async function append(indexes: readonly number[], days: number, count: number, stepMs = DAY_MS): Promise<void> {
  const batch = createBatch(0);
  for (let i = 0; i < count; i++) {
    const time = T0 + days * DAY_MS + i * stepMs;
    for (const index of indexes) appendObservation(batch, index, time, time, (time - T0) / DAY_MS, 0, position++);
  }
  await historian.append({ batch, texts: [] });
}

/** Upkeep `days` after T0 until nothing is left to do. */
async function keepUntil(days: number): Promise<void> {
  while (await historian.upkeep(T0 + days * DAY_MS));
}

async function daysOf(index: number): Promise<number[]> {
  const { observations } = await historian.observations(index, EVER, 10_000);
  return observations.map(({ time }) => (time - T0) / DAY_MS);
}

test('observations older than their rule go, each property by its own, and the rest stays', async () => {
  await open('10d,pm25=20d,rollups=forever');
  await append([0, 2], 0, 30);
  await keepUntil(30);
  expect((await daysOf(2))[0]).toBe(20);
  expect(await daysOf(2)).toHaveLength(10);
  expect((await daysOf(0))[0]).toBe(10);
  expect(await daysOf(0)).toHaveLength(20);
  expect(historian.upkeepMetrics.expiredRows).toBe(30);
});

test('the newest observation of a datastream stays, however old: it is its state today', async () => {
  await open('10d');
  await append([4], 0, 2);
  await append([2], 0, 100);
  await keepUntil(100);
  expect(await daysOf(4)).toEqual([1]);
  const { batch } = await historian.stateAt(T0 + 100 * DAY_MS);
  expect([...batch.index.subarray(0, batch.count)].sort()).toEqual([2, 4]);
  // And after it spoke again, that one is the newest.
  await append([4], 100, 1);
  await keepUntil(101);
  expect(await daysOf(4)).toEqual([100]);
});

test('the position stays where it was, though everything is gone and the file was opened again', async () => {
  await open('1d');
  await append([0], 0, 50);
  await keepUntil(500);
  await append([1], 400, 1);
  await keepUntil(1_000);
  expect(historian.position).toBe(51);
  await historian.close();
  await open('1d');
  expect(historian.position).toBe(51);
  expect(await daysOf(0)).toEqual([49]);
});

test('what comes late and is older than the rule goes with the next run', async () => {
  await open('10d');
  await append([0], 0, 30);
  await keepUntil(30);
  await append([0], 3, 2);
  await keepUntil(31);
  expect((await daysOf(0))[0]).toBe(21);
});

test('a trend over what was deleted is the rollups’, with the extremes that were', async () => {
  await open('2d,rollups=forever');
  await append([0], 0, 2_880, 60_000);
  await append([1], 2, 1);
  await append([0], 9, 10, 60_000);
  await keepUntil(10);
  expect((await daysOf(0)).length).toBe(10);
  const trend = await historian.trend(0, { from: T0, to: T0 + 10 * DAY_MS }, 90);
  expect(trend.rollupMs).toBe(600_000);
  expect(trend.observations).toBe(2_890);
  expect(Math.min(...trend.value)).toBe(0);
  expect(Math.max(...trend.value)).toBeCloseTo(9 + 9 / 1_440, 9);
  const deleted = await historian.trend(0, { from: T0 + DAY_MS, to: T0 + DAY_MS + 600_000 }, 90);
  expect([deleted.rollupMs, deleted.observations, deleted.time[0]]).toEqual([10_000, 10, T0 + DAY_MS]);
});

test('rollups go by their own rules', async () => {
  await open('1d,rollups=5d,rollup-600s=forever');
  await append([0], 0, 1_440, 600_000);
  await keepUntil(20);
  const all = { from: T0, to: T0 + 10 * DAY_MS };
  const short = { from: T0 + 9 * DAY_MS, to: T0 + 9 * DAY_MS + 3_600_000 };
  expect((await historian.trend(0, all, 300)).observations).toBe(1_440);
  expect((await historian.trend(0, short, 300)).rollupMs).toBe(600_000);
});

test('a property that gets a rule of its own, or loses it, is never thought to have what is gone', async () => {
  await open('10d');
  await append([0, 2], 0, 60, DAY_MS / 2);
  await keepUntil(30);
  await historian.close();
  await open('10d,pm25=25d');
  await keepUntil(31);
  const before = { from: T0 + 6 * DAY_MS, to: T0 + 12 * DAY_MS };
  expect((await historian.trend(0, before, 300)).observations).toBe(12);
  await historian.close();
  await open('10d');
  await keepUntil(35);
  expect((await historian.trend(0, { from: T0 + 21 * DAY_MS, to: T0 + 24 * DAY_MS }, 300)).observations).toBe(6);
});

test('freed space is used again and given back: the file does not grow with what is deleted', async () => {
  await open('1d,rollups=1d');
  let most = 0;
  for (let day = 0; day < 12; day++) {
    await append([0, 1, 2, 3], day, 40_000, DAY_MS / 40_000);
    await keepUntil(day + 1);
    if (day === 3) most = historian.bytes;
  }
  expect(historian.bytes).toBeLessThan(most * 1.6);
});
