import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appendObservation, createBatch } from '#devices/model/observation-batch.ts';
import { historianContract } from '../historian-contract.ts';
import { DuckDbHistorian } from './duckdb-historian.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-history-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('at rest', () => {
  historianContract(() => DuckDbHistorian.open(join(folder, 'history.duckdb')));
});

/** Everything is rolled up at once after each write, so that trends are answered from rollups wherever they may be. */
describe('rolled up after every write', () => {
  historianContract(async () => {
    const historian = await DuckDbHistorian.open(join(folder, 'history.duckdb'));
    let now = 0;
    const append = historian.append.bind(historian);
    historian.append = async (write) => {
      await append(write);
      now += 86_400_000;
      while (await historian.upkeep(now));
    };
    return historian;
  });
});

test('a write longer than DuckDB chunks is stored in one piece', async () => {
  const historian = await DuckDbHistorian.open(join(folder, 'long.duckdb'));
  const batch = createBatch(0);
  for (let i = 0; i < 5_000; i++) appendObservation(batch, i % 3, i, i, i, 0, i);
  await historian.append({ batch, texts: [] });
  const { observations } = await historian.observations(1, { from: 0, to: 5_000 }, 10_000);
  expect(observations.map(({ value }) => value)).toEqual(Array.from({ length: 1_667 }, (_, i) => i * 3 + 1));
  await historian.close();
});

test('a file from before positions, with times in ms, opens: positions below zero in the order in which it came', async () => {
  const path = join(folder, 'old.duckdb');
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  await connection.run(`
    CREATE TABLE observation (datastream UINTEGER, order_time DOUBLE, phenomenon_time DOUBLE, received_time DOUBLE,
      result DOUBLE, status UINTEGER);
    CREATE TABLE text_observation (datastream UINTEGER, order_time DOUBLE, phenomenon_time DOUBLE, received_time DOUBLE,
      result VARCHAR, status UINTEGER);
    CREATE TABLE first_seen (datastream UINTEGER, order_time DOUBLE, is_text BOOLEAN);
    INSERT INTO observation SELECT 1, 1000, 1000, 1000, i, 0 FROM range(300000) t(i);
    INSERT INTO text_observation VALUES (2, 5, 5, 5, 'b', 0), (2, 5, 5, 5, 'a', 0);
    INSERT INTO observation VALUES (3, 1700000000000.001, 1800000000000.002, 1700000000000.001, 1, 0);
    INSERT INTO first_seen VALUES (1, 1000, false), (2, 5, true), (3, 1700000000000.001, false);`);
  connection.closeSync();
  instance.closeSync();
  for (const _ of ['the first time', 'and again']) {
    const historian = await DuckDbHistorian.open(path);
    expect(historian.position).toBe(0);
    const { observations, next } = await historian.observations(1, { from: 0, to: 2_000 }, 100_000);
    expect(observations.every(({ value, position }, i) => value === i && position === i - 300_001)).toBe(true);
    expect(next).toBeDefined();
    const ahead = await historian.observations(3, { from: 1_700_000_000_000, to: 1_700_000_000_001 }, 10);
    expect(ahead.observations.map(({ time, receivedTime }) => [time, receivedTime])).toEqual([
      [1_800_000_000_000.002, 1_700_000_000_000.001],
    ]);
    const texts = await historian.observations(2, { from: 0, to: 2_000 }, 10);
    expect(texts.observations.map(({ value, position }) => [value, position])).toEqual([
      ['b', -2],
      ['a', -1],
    ]);
    await historian.close();
  }
  const historian = await DuckDbHistorian.open(path);
  const batch = createBatch(0);
  appendObservation(batch, 1, 1_000, 1_000, -5, 0, 0);
  await historian.append({ batch, texts: [] });
  while (await historian.upkeep(0));
  expect(historian.position).toBe(1);
  const { value, observations } = await historian.trend(1, { from: 0, to: 1_000_000 }, 3);
  expect([Math.min(...value), Math.max(...value), observations]).toEqual([-5, 299_999, 300_001]);
  await historian.close();
});

test('an observation without a position in the journal is refused, and nothing of its write is stored', async () => {
  const historian = await DuckDbHistorian.open(join(folder, 'none.duckdb'));
  const batch = createBatch(0);
  appendObservation(batch, 1, 1, 1, 1, 0, 7);
  appendObservation(batch, 1, 2, 2, 2, 0);
  await expect(historian.append({ batch, texts: [] })).rejects.toThrow(/NaN is no position/);
  expect(historian.position).toBe(0);
  expect((await historian.observations(1, { from: 0, to: 9 }, 10)).observations).toEqual([]);
  await historian.close();
});

test('what is given behind a write that fails fails too; offered again it is stored once', async () => {
  const historian = await DuckDbHistorian.open(join(folder, 'overlapping.duckdb'));
  const write = (position: number) => {
    const batch = createBatch(0);
    appendObservation(batch, position === 2 ? 7 : 1, 1_000 + position, 1_000, position, 0, position);
    return { batch, texts: [] };
  };
  const bad = write(Number.NaN);
  const given = [write(0), bad, write(2), write(3)].map((each) => historian.append(each));
  const outcomes = await Promise.allSettled(given);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
  expect(historian.position).toBe(1);
  await Promise.all([1, 2, 3].map((position) => historian.append(write(position))));
  expect(historian.position).toBe(4);
  const { observations } = await historian.observations(1, { from: 0, to: 9_999 }, 10);
  expect(observations.map(({ value }) => value)).toEqual([0, 1, 3]);
  // Known as a datastream, though it was in a write that was taken back first.
  expect((await historian.stateAt(9_999)).batch.count).toBe(2);
  await historian.close();
});

test('a position beyond 32 bits comes back whole', async () => {
  const historian = await DuckDbHistorian.open(join(folder, 'far.duckdb'));
  const batch = createBatch(0);
  for (const position of [2 ** 32 - 1, 2 ** 32, 2 ** 52 + 1]) appendObservation(batch, 1, 1, 1, 1, 0, position);
  await historian.append({ batch, texts: [] });
  const { observations } = await historian.observations(1, { from: 0, to: 9 }, 10);
  expect(observations.map(({ position }) => position)).toEqual([2 ** 32 - 1, 2 ** 32, 2 ** 52 + 1]);
  await historian.close();
});

test('a file that cannot be opened is named in the error, with what to do', async () => {
  await expect(DuckDbHistorian.open(folder)).rejects.toThrow(/history: cannot open .*\(.*\)/);
});

test('the history says what keeps it from working', async () => {
  const historian = await DuckDbHistorian.open(join(folder, 'open.duckdb'));
  expect(historian.problem).toBeUndefined();
  await historian.close();
  expect(historian.problem?.message).toContain('open.duckdb');
});

test('when DuckDB has no memory left the file is opened anew, and nothing is lost', async () => {
  const historian = await DuckDbHistorian.open(join(folder, 'tight.duckdb'), { memoryMb: 10 });
  let position = 0;
  const batch = createBatch(0);
  for (let write = 0; write < 60; write++) {
    batch.count = 0;
    for (let i = 0; i < 20_000; i++, position++) {
      appendObservation(batch, i % 4_000, 1e12 + position, 1e12 + position, Math.random(), 0, position);
    }
    const offer = (): Promise<void> => historian.append({ batch, texts: [] }).catch(offer);
    await offer();
    await historian.upkeep(1e12 + write * 60_000).catch(() => false);
    if (historian.upkeepMetrics.reopenings > 0) break;
  }
  expect(historian.upkeepMetrics.reopenings).toBeGreaterThan(0);
  expect((await historian.density({ from: 0, to: 2e12 }, 1))[0]).toBe(position);
  await historian.close();
});
