import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appendObservation, createBatch } from '#devices/model/observation-batch.ts';
import { STATUS_CODES } from '#devices/model/status-code.ts';
import { parseRetention, type RetentionPolicy } from '../retention-policy.ts';
import { DuckDbHistorian } from './duckdb-historian.ts';
import { rollupsOf } from './testing/rollups-of.ts';

const T0 = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
const FOREVER = parseRetention('rollups=forever') as RetentionPolicy;
const { Good, Uncertain, Bad } = STATUS_CODES;

let folder: string;
let historian: DuckDbHistorian;
let now: number;
let position: number;
const path = () => join(folder, 'history.duckdb');
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-rollup-'));
  historian = await DuckDbHistorian.open(path(), { retention: FOREVER });
  now = T0;
  position = 0;
});
afterEach(async () => {
  await historian.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Reading {
  readonly index: number;
  /** ms after T0. */
  readonly time: number;
  readonly value: number;
  readonly status: number;
}

async function append(readings: readonly Reading[]): Promise<void> {
  const batch = createBatch(0);
  for (const { index, time, value, status } of readings) {
    appendObservation(batch, index, T0 + time, T0 + 2 * HOUR_MS, value, status, position++);
  }
  await historian.append({ batch, texts: [] });
}

/** Everything that is waiting, whatever its turn. */
async function rollUpAll(): Promise<void> {
  now += 24 * HOUR_MS;
  while (await historian.upkeep(now));
}

async function reopen(): Promise<void> {
  await historian.close();
  historian = await DuckDbHistorian.open(path(), { retention: FOREVER });
}

const reading = (): fc.Arbitrary<Reading> =>
  fc.record({
    index: fc.integer({ min: 0, max: 2 }),
    // Two hours in any order: every later batch has late readings in it. Steps of 500 ms make equal times common.
    time: fc.integer({ min: 0, max: 14_400 }).map((half) => half * 500),
    value: fc.integer({ min: -50, max: 50 }),
    status: fc.constantFrom(Good, Good, Good, Uncertain, Bad),
  });
const asStored = (given: Reading): Reading => ({ ...given, value: given.status === Bad ? Number.NaN : given.value });
const deed = fc.oneof(
  { weight: 4, arbitrary: fc.array(reading().map(asStored), { minLength: 1, maxLength: 60 }) },
  { weight: 3, arbitrary: fc.constant('step' as const) },
  { weight: 1, arbitrary: fc.constant('reopen' as const) },
);

/** What a bin's raw observations give, as a row of `rollupsOf`. */
function rolled(readings: readonly (Reading & { position: number })[], widthMs: number) {
  const bins = new Map<string, (Reading & { position: number })[]>();
  for (const each of readings) {
    const key = `${each.index} ${T0 + Math.floor(each.time / widthMs) * widthMs}`;
    bins.set(key, [...(bins.get(key) ?? []), each]);
  }
  return Object.fromEntries(
    [...bins].map(([key, all]) => {
      const fine = all
        .filter(({ status }) => status !== Bad)
        .sort((a, b) => a.time - b.time || a.position - b.position);
      const values = fine.map(({ value }) => value);
      const summary = {
        count: fine.length,
        bad: all.length - fine.length,
        sum: fine.length === 0 ? null : values.reduce((a, b) => a + b, 0),
        min: fine.length === 0 ? null : Math.min(...values),
        max: fine.length === 0 ? null : Math.max(...values),
        last: fine.at(-1)?.value ?? null,
      };
      return [key, summary];
    }),
  );
}

test('a rollup is what the raw observations of its bin give, however late they came and whenever it was interrupted', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 2, maxLength: 12 }), async (deeds) => {
      await historian.close();
      rmSync(path(), { force: true });
      historian = await DuckDbHistorian.open(path(), { retention: FOREVER });
      position = 0;
      const stored: (Reading & { position: number })[] = [];
      for (const each of deeds) {
        now += HOUR_MS;
        if (each === 'step') await historian.upkeep(now);
        else if (each === 'reopen') await reopen();
        else {
          stored.push(...each.map((given, i) => ({ ...given, position: position + i })));
          await append(each);
        }
      }
      await rollUpAll();
      await historian.close();
      for (const [table, widthMs] of [
        ['rollup_10s', 10_000],
        ['rollup_60s', 60_000],
        ['rollup_600s', 600_000],
      ] as const) {
        expect(await rollupsOf(path(), table)).toEqual(rolled(stored, widthMs));
      }
      historian = await DuckDbHistorian.open(path(), { retention: FOREVER });
    }),
    { numRuns: 15 },
  );
});

test('a trend over rollups keeps the least, the greatest and a Bad one of all there is, and invents nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(reading().map(asStored), { minLength: 20, maxLength: 120 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 0, max: 7_000_000 }),
      fc.integer({ min: 200_000, max: 7_200_000 }),
      fc.integer({ min: 3, max: 40 }),
      async (batches, from, lengthMs, maxPoints) => {
        await historian.close();
        rmSync(path(), { force: true });
        historian = await DuckDbHistorian.open(path(), { retention: FOREVER });
        position = 0;
        for (const [i, batch] of batches.entries()) {
          await append(batch);
          // The last batch stays raw.
          if (i < batches.length - 1) await rollUpAll();
        }
        const range = { from: T0 + from, to: T0 + from + lengthMs };
        const raw = batches.flat().filter(({ index, time }) => index === 1 && time >= from && time < from + lengthMs);
        const trend = await historian.trend(1, range, maxPoints);
        const points = Array.from(trend.time, (time, i) => [time - T0, trend.value[i], trend.status[i]]);
        expect(points.length).toBeLessThanOrEqual(maxPoints);
        expect(trend.observations).toBe(raw.length);
        for (const point of points)
          expect(raw.map(({ time, value, status }) => [time, value, status])).toContainEqual(point);
        const values = (all: readonly (number | undefined)[]) =>
          all.filter((value) => !Number.isNaN(value)) as number[];
        const fine = values(raw.map(({ value }) => value));
        if (fine.length > 0) {
          expect(Math.min(...values([...trend.value]))).toBe(Math.min(...fine));
          expect(Math.max(...values([...trend.value]))).toBe(Math.max(...fine));
        }
        expect([...trend.value].some(Number.isNaN)).toBe(raw.some(({ value }) => Number.isNaN(value)));
        expect([...trend.time]).toEqual([...trend.time].sort((a, b) => a - b));
      },
    ),
    { numRuns: 40 },
  );
});

test('a trend says of which rollup it is; over a short range it is of the observations themselves', async () => {
  await append(Array.from({ length: 3_000 }, (_, i) => ({ index: 1, time: i * 2_000, value: i % 100, status: Good })));
  await rollUpAll();
  const widthOf = async (minutes: number, maxPoints: number) =>
    (await historian.trend(1, { from: T0, to: T0 + minutes * 60_000 }, maxPoints)).rollupMs;
  expect(await widthOf(100, 600)).toBeUndefined();
  expect(await widthOf(100, 300)).toBe(10_000);
  expect(await widthOf(100, 75)).toBe(60_000);
  expect(await widthOf(100, 6)).toBe(600_000);
});

test('text observations are in no rollup, and do not hold up the others', async () => {
  const batch = createBatch(0);
  appendObservation(batch, 1, T0, T0, 7, Good, 1);
  const text = { index: 100 as never, time: T0, receivedTime: T0, value: 'open', status: Good, position: 0 };
  await historian.append({ batch, texts: [text] });
  await rollUpAll();
  expect(await historian.upkeep(now)).toBe(false);
  await reopen();
  expect(historian.position).toBe(2);
});
