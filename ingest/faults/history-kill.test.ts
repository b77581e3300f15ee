import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { STATUS_CODES } from '#devices/model/status-code.ts';
import { DuckDbHistorian } from '../historian/duckdb/duckdb-historian.ts';
import { rollupsOf } from '../historian/duckdb/testing/rollups-of.ts';
import { readingAt } from './history-readings.ts';

const KILLS = 6;
const DAY_MS = 86_400_000;

let folder: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-history-kill-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** What the readings at positions [0, `end`) give, by `datastream bin`. */
function expected(end: number, widthMs: number) {
  const bins = new Map<string, { values: number[]; bad: number; last: number; lastTime: number }>();
  for (let position = 0; position < end; position++) {
    const { index, time, value, status } = readingAt(position);
    const key = `${index} ${Math.floor(time / widthMs) * widthMs}`;
    const bin = bins.get(key) ?? { values: [], bad: 0, last: Number.NaN, lastTime: -1 };
    bins.set(key, bin);
    if (status === STATUS_CODES.Bad) bin.bad++;
    else {
      bin.values.push(value);
      if (time >= bin.lastTime) Object.assign(bin, { last: value, lastTime: time });
    }
  }
  return Object.fromEntries(
    [...bins].map(([key, { values, bad, last }]) => {
      const none = values.length === 0;
      return [
        key,
        {
          count: values.length,
          bad,
          sum: none ? null : values.reduce((a, b) => a + b, 0),
          min: none ? null : Math.min(...values),
          max: none ? null : Math.max(...values),
          last: none ? null : last,
        },
      ];
    }),
  );
}

test('killed at any moment, over and over, its rollups are what was ever stored, and no observation is there twice', async () => {
  const path = join(folder, 'history.duckdb');
  let position = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    child = fork(join(import.meta.dirname, 'history-child.ts'), [path], { execArgv: [] });
    // Another moment each time, in the midst of appends, passes, deletions and checkpoints.
    for (let message = 0; message < 4 + kill * 7; message++) {
      const [said] = (await once(child, 'message')) as [{ position: number }];
      expect(said.position).toBeGreaterThanOrEqual(position);
      position = said.position;
    }
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
  const historian = await DuckDbHistorian.open(path);
  const end = historian.position;
  expect(end).toBeGreaterThanOrEqual(position);
  const now = readingAt(end).time;
  while (await historian.upkeep(now + DAY_MS));
  const { observations } = await historian.observations(3, { from: 0, to: now * 2 }, 100_000);
  const positions = observations.map((each) => each.position);
  expect(new Set(positions).size).toBe(positions.length);
  for (const { position: at, time, value } of observations) {
    expect([time, value]).toEqual([readingAt(at).time, readingAt(at).value]);
  }
  await historian.close();
  for (const [table, widthMs] of [
    ['rollup_10s', 10_000],
    ['rollup_60s', 60_000],
    ['rollup_600s', 600_000],
  ] as const) {
    expect(await rollupsOf(path, table)).toEqual(expected(end, widthMs));
  }
});
