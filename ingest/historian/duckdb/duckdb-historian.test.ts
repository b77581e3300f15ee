import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
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

historianContract(() => DuckDbHistorian.open(join(folder, 'history.duckdb')));

test('a write longer than DuckDB chunks is stored in one piece', async () => {
  const historian = await DuckDbHistorian.open(join(folder, 'long.duckdb'));
  const batch = createBatch(0);
  for (let i = 0; i < 5_000; i++) appendObservation(batch, i % 3, i, i, i, 0, i);
  await historian.append({ batch, texts: [] });
  const { observations } = await historian.observations(1, { from: 0, to: 5_000 }, 10_000);
  expect(observations.map(({ value }) => value)).toEqual(Array.from({ length: 1_667 }, (_, i) => i * 3 + 1));
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
