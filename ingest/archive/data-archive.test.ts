import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Catalog } from '#devices/catalog/catalog.ts';
import { appendObservation, createBatch, type TextObservation } from '#devices/model/observation-batch.ts';
import { STATUS_CODES } from '#devices/model/status-code.ts';
import type { ThingId } from '#devices/model/thing.ts';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { SqliteCatalogStore } from '../catalog-store/sqlite-catalog-store.ts';
import { DuckDbHistorian } from '../historian/duckdb/duckdb-historian.ts';
import { DataArchive } from './data-archive.ts';

const T0 = Date.UTC(2026, 0, 1);
const EVER = { from: 0, to: 2 * T0 };

let folder: string;
let store: SqliteCatalogStore;
let catalog: Catalog;
let historian: DuckDbHistorian;
let archive: DataArchive;
let position: number;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-archive-'));
  store = new SqliteCatalogStore(join(folder, 'operational.sqlite'));
  catalog = new Catalog(store);
  const property = (name: string, resultType: 'number' | 'text') => ({ property: name, resultType });
  catalog.register(
    {
      id: "it's" as ThingId,
      type: 'pump',
      simulated: true,
      datastreams: [property('n', 'number'), property('t', 'text')],
    },
    { protocol: 'mqtt', address: 'twin/x' },
  );
  store.commit();
  historian = await DuckDbHistorian.open(join(folder, 'history.duckdb'));
  archive = new DataArchive({
    history: historian,
    catalog,
    folder,
    databases: ['operational.sqlite', 'transitions.sqlite'],
    clock: new ManualClock(T0),
  });
  archive.start();
  position = 0;
});
afterEach(async () => {
  await historian.close();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** `count` numbers, one a second from T0 on, and a text with each. */
async function append(count: number): Promise<void> {
  const batch = createBatch(0);
  const texts: TextObservation[] = [];
  for (let i = 0; i < count; i++) {
    const time = T0 + position * 500;
    appendObservation(batch, 0, time, time + 7, position, STATUS_CODES.Good, position++);
    texts.push({ index: 1 as never, time, receivedTime: time, value: `第${i}`, status: 0, position: position++ });
  }
  await historian.append({ batch, texts });
}

async function query(sql: string): Promise<unknown[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const rows = (await connection.runAndReadAll(sql)).getRowObjectsJson();
  connection.closeSync();
  instance.closeSync();
  return rows;
}

test('an export says of each observation whose it is, when it was to the microsecond, its result, status and position', async () => {
  const batch = createBatch(0);
  appendObservation(batch, 0, T0 + 0.123, T0 + 1, 21.5, STATUS_CODES.UncertainInitialValue, 5);
  appendObservation(batch, 0, T0 + 1, T0 + 2, Number.NaN, STATUS_CODES.BadSensorFailure, 6);
  // A clock that runs an hour ahead keeps its own time.
  appendObservation(batch, 0, T0 + 3_600_000, T0 + 3, 7, STATUS_CODES.Good, 7);
  const text = { index: 1 as never, time: T0 + 4, receivedTime: T0 + 4, value: '开', status: 0x12340000, position: 8 };
  await historian.append({ batch, texts: [text] });
  const { path, bytes } = await archive.export(EVER, undefined);
  expect(bytes).toBeGreaterThan(0);
  const shown = `SET TimeZone = 'UTC'; SELECT thing, property, strftime(time, '%H:%M:%S.%f') AS time,
    strftime(received_time, '%S.%f') AS received, result, text, status, status_code, position, typeof(time) AS type
    FROM '${path}' ORDER BY position`;
  const own = { thing: "it's", property: 'n', type: 'TIMESTAMP WITH TIME ZONE' };
  expect(await query(shown)).toEqual([
    {
      ...own,
      time: '00:00:00.000123',
      received: '00.001000',
      result: 21.5,
      text: null,
      status: 'UncertainInitialValue',
      status_code: 0x40920000,
      position: '5',
    },
    {
      ...own,
      time: '00:00:00.001000',
      received: '00.002000',
      result: null,
      text: null,
      status: 'BadSensorFailure',
      status_code: 0x808c0000,
      position: '6',
    },
    {
      ...own,
      time: '01:00:00.000000',
      received: '00.003000',
      result: 7,
      text: null,
      status: 'Good',
      status_code: 0,
      position: '7',
    },
    {
      ...own,
      property: 't',
      time: '00:00:00.004000',
      received: '00.004000',
      result: null,
      text: '开',
      status: 'Good',
      status_code: 0x12340000,
      position: '8',
    },
  ]);
});

test('an export holds the range and the datastreams that were asked for, and nothing else', async () => {
  await append(100);
  const stream = catalog.find("it's", 'n');
  const { path } = await archive.export({ from: T0 + 10_000, to: T0 + 20_000 }, stream && [stream]);
  expect(await query(`SELECT count(*)::INTEGER AS n, min(result) AS a, max(result) AS z FROM '${path}'`)).toEqual([
    { n: 10, a: 20, z: 38 },
  ]);
});

test('a backup made while appends go on is a data folder of one moment, whole up to its position', async () => {
  await append(1_000);
  await historian.upkeep(T0);
  let stop = false;
  const feed = (async () => {
    while (!stop) await append(500);
  })();
  const made = await archive.backup();
  await append(10);
  stop = true;
  await feed;
  expect(readdirSync(made.path).sort()).toEqual(['history.duckdb', 'operational.sqlite']);
  expect(made.bytes).toBeGreaterThan(1_000);

  const copy = await DuckDbHistorian.open(join(made.path, 'history.duckdb'));
  expect(copy.position).toBeGreaterThanOrEqual(2_000);
  expect(copy.position).toBeLessThan(historian.position);
  for (const [index, first] of [
    [0, 0],
    [1, 1],
  ] as const) {
    const { observations } = await copy.observations(index, EVER, 100_000);
    expect(observations.length).toBe(Math.ceil((copy.position - first) / 2));
    expect(observations.every((each, i) => each.position === 2 * i + first)).toBe(true);
  }
  // It goes on where it was.
  while (await copy.upkeep(T0 + 86_400_000));
  expect((await copy.trend(0, { from: T0, to: T0 + copy.position * 500 }, 30)).observations).toBe(copy.position / 2);
  await copy.close();
  const copiedStore = new SqliteCatalogStore(join(made.path, 'operational.sqlite'));
  expect(new Catalog(copiedStore).find("it's", 't')?.index).toBe(1);
  copiedStore.close();
});

test('what a killed process left half done is removed at the start, finished backups stay', () => {
  mkdirSync(join(folder, 'backups', 'a.partial'), { recursive: true });
  mkdirSync(join(folder, 'backups', 'b'), { recursive: true });
  mkdirSync(join(folder, 'exports'), { recursive: true });
  writeFileSync(join(folder, 'exports', 'x.parquet'), 'half');
  archive.start();
  expect(readdirSync(join(folder, 'backups'))).toEqual(['b']);
  expect(existsSync(join(folder, 'exports', 'x.parquet'))).toBe(false);
});

test('what the disk has no room for is refused, and says how much it needs', async () => {
  const history = Object.assign(Object.create(historian) as DuckDbHistorian, { exportBytes: async () => 1e18 });
  const greedy = new DataArchive({ history, catalog, folder, databases: [], clock: new ManualClock(T0) });
  await expect(greedy.export(EVER, undefined)).rejects.toThrow(
    /no room for this export: it needs about 1000000000000 MB/,
  );
});
