import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Catalog, forgetfulStore } from '#devices/catalog/catalog.ts';
import { appendObservation, createBatch } from '#devices/model/observation-batch.ts';
import { STATUS_CODES } from '#devices/model/status-code.ts';
import type { ThingId } from '#devices/model/thing.ts';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { LatestTable } from './latest-table.ts';
import { TransitionStore } from './transition-store.ts';
import { Transitions } from './transitions.ts';

const T0 = Date.UTC(2026, 0, 1);
const ALWAYS = { from: 0, to: T0 * 2 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-transitions-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Datastreams 0 and 1: low from 10, urgent from 20 on. Datastream 2 has no limits. */
function setUp() {
  const catalog = new Catalog(forgetfulStore);
  const limits = [
    { side: 'above', value: 10, priority: 'low' },
    { side: 'above', value: 20, priority: 'urgent' },
  ] as const;
  const datastreams = [
    { property: 'x', resultType: 'number', limits },
    { property: 'y', resultType: 'number', limits },
    { property: 'z', resultType: 'number' },
  ] as const;
  catalog.register({ id: 'a' as ThingId, datastreams }, { protocol: 'mqtt', address: 'twin/a' });
  const latest = new LatestTable();
  const clock = new ManualClock(T0);
  const path = join(folder, 'transitions.sqlite');
  const transitions = new Transitions({ path, catalog, latest, clock, report: () => {} });
  transitions.start();
  const observe = (index: number, offset: number, value: number, status = 0) => {
    const batch = createBatch(1);
    appendObservation(batch, index, T0 + offset, T0 + offset, value, status);
    latest.apply(batch, []);
  };
  return { transitions, observe, clock, path };
}

/** [index, priority, since]. */
function abnormal(transitions: Transitions, offset: number) {
  return transitions.abnormalAt(T0 + offset).map(({ index, priority, since }) => [index, priority, since - T0]);
}

test('what was abnormal is known for every moment, and since when it has not been normal', () => {
  const { transitions, observe } = setUp();
  observe(0, 0, 5);
  observe(0, 10, 12);
  observe(1, 15, 25);
  observe(0, 20, 22);
  observe(0, 30, 15);
  observe(0, 40, 1);
  observe(0, 50, 11);
  expect(abnormal(transitions, 9)).toEqual([]);
  expect(abnormal(transitions, 10)).toEqual([[0, 1, 10]]);
  expect(abnormal(transitions, 25)).toEqual([
    [0, 4, 10],
    [1, 4, 15],
  ]);
  expect(abnormal(transitions, 35)).toEqual([
    [0, 1, 10],
    [1, 4, 15],
  ]);
  expect(abnormal(transitions, 45)).toEqual([[1, 4, 15]]);
  expect(abnormal(transitions, 1_000)).toEqual([
    [0, 1, 50],
    [1, 4, 15],
  ]);
  transitions.stop();
});

test('only changes are kept, in order of time, with the value that made them', () => {
  const { transitions, observe } = setUp();
  for (const [offset, value] of [
    [0, 5],
    [10, 12],
    [11, 13],
    [20, 22],
    [30, 5],
    [31, 4],
  ] as const)
    observe(0, offset, value);
  observe(2, 40, 1e9);
  const expected = [
    { index: 0, time: T0 + 10, from: 0, to: 1, value: 12 },
    { index: 0, time: T0 + 20, from: 1, to: 4, value: 22 },
    { index: 0, time: T0 + 30, from: 4, to: 0, value: 5 },
  ];
  expect(transitions.between(ALWAYS, 100)).toMatchObject(expected);
  expect(transitions.between({ from: T0 + 20, to: T0 + 30 }, 100)).toMatchObject(expected.slice(1, 2));
  expect(transitions.between(ALWAYS, 1)).toMatchObject(expected.slice(0, 1));
  transitions.stop();
});

test('Bad ends an abnormal spell, for nobody knows whether it goes on', () => {
  const { transitions, observe } = setUp();
  observe(0, 0, 25);
  observe(0, 10, Number.NaN, STATUS_CODES.BadSensorFailure);
  observe(0, 20, 25);
  expect(abnormal(transitions, 10)).toEqual([]);
  expect(abnormal(transitions, 20)).toEqual([[0, 4, 20]]);
  expect(transitions.between(ALWAYS, 9).map(({ value }) => value)).toEqual([25, Number.NaN, 25]);
  transitions.stop();
});

test('late data changes nothing', () => {
  const { transitions, observe } = setUp();
  observe(0, 20, 5);
  observe(0, 10, 25);
  expect(transitions.between(ALWAYS, 9)).toEqual([]);
  transitions.stop();
});

test('after a restart a spell goes on from where it began', () => {
  const first = setUp();
  first.observe(0, 0, 25);
  first.transitions.stop();
  const second = setUp();
  second.observe(0, 0, 25);
  second.observe(0, 10, 12);
  expect(abnormal(second.transitions, 10)).toEqual([[0, 1, 0]]);
  expect(second.transitions.between(ALWAYS, 9)).toHaveLength(2);
  second.transitions.stop();
});

test('what is pending is written after a second, so that a crash loses little', () => {
  const { transitions, observe, clock, path } = setUp();
  const reader = new TransitionStore(path);
  observe(0, 0, 25);
  clock.advance(999);
  expect(reader.last()).toEqual([]);
  clock.advance(1);
  expect(reader.last()).toMatchObject([{ index: 0, to: 4 }]);
  reader.close();
  transitions.stop();
});

test('the oldest make room for new ones, but the last of each datastream stays', () => {
  const store = new TransitionStore(join(folder, 'bounded.sqlite'), 100);
  const at = (index: number, time: number) => ({ index, time, from: 0, to: 1, value: 1, since: time }) as const;
  store.write([at(7, 1)]);
  for (let i = 2; i < 500; i++) store.write([at(3, i)]);
  const kept = store.between({ from: 0, to: 1_000 }, 1_000);
  expect(kept.length).toBeLessThanOrEqual(101);
  expect(kept[0]).toMatchObject({ index: 7, time: 1 });
  expect(kept.at(-1)).toMatchObject({ index: 3, time: 499 });
  store.close();
});
