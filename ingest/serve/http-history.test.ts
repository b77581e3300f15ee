import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appendObservation, createBatch } from '#devices/model/observation-batch.ts';
import { BackupJson } from '#devices/wire/api.ts';
import { DataArchive } from '../archive/data-archive.ts';
import { DuckDbHistorian } from '../historian/duckdb/duckdb-historian.ts';
import type { App } from './app.ts';
import { buildHttpApp } from './http-server.ts';
import { NOON, type SmallCity, smallCity } from './testing/small-city.ts';

const HOST = { host: 'localhost:8080' };

let city: SmallCity;
let folder: string;
let historian: DuckDbHistorian;
let archive: DataArchive;
let app: App;
beforeEach(async () => {
  city = smallCity();
  folder = mkdtempSync(join(tmpdir(), 'yiping-http-history-'));
  historian = await DuckDbHistorian.open(join(folder, 'history.duckdb'));
  const { catalog, clock } = city.parts;
  archive = new DataArchive({ history: historian, catalog, folder, databases: [], clock });
  archive.start();
  const batch = createBatch(0);
  for (let i = 0; i < 100; i++) appendObservation(batch, i % 3, NOON - 100_000 + i * 1_000, NOON, i, 0, i);
  await historian.append({ batch, texts: [] });
  app = await buildHttpApp(city.options, { ...city.parts, archive });
});
afterEach(async () => {
  await app.close();
  await historian.close();
  city.remove();
  rmSync(folder, { recursive: true, force: true });
});

test('an export is a Parquet file to save, and nothing of it stays behind', async () => {
  const answer = await app.inject({
    url: '/api/v1/export?datastream=air/pm25&datastream=air/temperature',
    headers: HOST,
  });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toBe('application/vnd.apache.parquet');
  expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="2026-11-23T08-00-00.*\.parquet"$/);
  expect(answer.rawPayload.subarray(0, 4).toString()).toBe('PAR1');
  expect(answer.rawPayload.subarray(-4).toString()).toBe('PAR1');
  await expect.poll(() => readdirSync(join(folder, 'exports'))).toEqual([]);
});

test('an export of what nobody knows, or of no range, is refused with the reason', async () => {
  const unknown = await app.inject({ url: '/api/v1/export?datastream=air/nothing', headers: HOST });
  expect([unknown.statusCode, unknown.json().error]).toEqual([404, 'not-found']);
  const reversed = await app.inject({ url: `/api/v1/export?from=${NOON}&to=${NOON - 1}`, headers: HOST });
  expect([reversed.statusCode, reversed.json().parameter]).toEqual([400, 'from']);
});

test('a backup says where it lies and how large it is', async () => {
  const answer = await app.inject({ method: 'POST', url: '/api/v1/backup', headers: HOST });
  expect(answer.statusCode).toBe(200);
  const made = answer.json<BackupJson>();
  expect(Value.Errors(BackupJson, made)).toEqual([]);
  expect(made.path).toBe(join(folder, 'backups', '2026-11-23T08-00-00.000Z'));
  expect(readdirSync(made.path)).toEqual(['history.duckdb']);
});

test('one export or backup at a time; the next is told to come again', async () => {
  const answers = await Promise.all(
    ['a', 'b', 'c'].map(() => app.inject({ method: 'POST', url: '/api/v1/backup', headers: HOST })),
  );
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 503, 503]);
  const later = await app.inject({ url: '/api/v1/export', headers: HOST });
  expect(later.statusCode).toBe(200);
});

test('a page of another site cannot order a backup', async () => {
  const headers = { ...HOST, origin: 'https://elsewhere.example' };
  const answer = await app.inject({ method: 'POST', url: '/api/v1/backup', headers });
  expect([answer.statusCode, answer.json().error]).toEqual([403, 'foreign-origin']);
  expect(readdirSync(join(folder, 'backups'))).toEqual([]);
});

test('a disk without room is 507, a history that is elsewhere 501, each with what to do', async () => {
  Object.assign(historian, { exportBytes: async () => 1e18 });
  const full = await app.inject({ url: '/api/v1/export', headers: HOST });
  expect([full.statusCode, full.json().error]).toEqual([507, 'no-space']);
  const { archive: _, ...elsewhere } = { ...city.parts, archive };
  const other = await buildHttpApp(city.options, elsewhere);
  const answer = await other.inject({ method: 'POST', url: '/api/v1/backup', headers: HOST });
  expect([answer.statusCode, answer.json().error]).toEqual([501, 'not-supported']);
  await other.close();
});

test('the token guards both', async () => {
  const guarded = await buildHttpApp({ ...city.options, accessToken: 'secret' }, { ...city.parts, archive });
  const asked = [
    await guarded.inject({ url: '/api/v1/export', headers: HOST }),
    await guarded.inject({ method: 'POST', url: '/api/v1/backup', headers: HOST }),
  ];
  expect(asked.map(({ statusCode }) => statusCode)).toEqual([401, 401]);
  await guarded.close();
});

test('metrics say how large the history is and what upkeep did', async () => {
  const { payload } = await app.inject({ url: '/metrics', headers: HOST });
  expect(payload).toMatch(/^yiping_history_bytes [1-9]/m);
  expect(payload).toMatch(/^yiping_history_expired_total 0$/m);
  expect(payload).toMatch(/^yiping_http_copies_running 0$/m);
});
