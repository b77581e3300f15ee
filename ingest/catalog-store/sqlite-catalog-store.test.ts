import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Catalog } from '#devices/catalog/catalog.ts';
import type { ThingId, ThingSource } from '#devices/model/thing.ts';
import { SqliteCatalogStore } from './sqlite-catalog-store.ts';

const MQTT: ThingSource = { protocol: 'mqtt', address: 'twin/a' };

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-catalog-'));
  path = join(folder, 'operational.sqlite');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function register(catalog: Catalog, id: string, property: string): void {
  catalog.register({ id: id as ThingId, name: { zh: '泵' }, datastreams: [{ property, resultType: 'number' }] }, MQTT);
}

/** What another process would find on disk. */
function onDisk(): string[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const ids = database.prepare('SELECT id FROM thing ORDER BY id').all();
  database.close();
  return ids.map(({ id }) => id as string);
}

test('what was committed is there after a restart, with its indexes', () => {
  const store = new SqliteCatalogStore(path);
  const before = new Catalog(store);
  register(before, 'b', 'x');
  register(before, 'a', 'x');
  register(before, 'b', 'y');
  store.commit();
  const again = new SqliteCatalogStore(path);
  const after = new Catalog(again);
  expect([...after.things()].sort((x, y) => (x.id < y.id ? -1 : 1))).toEqual([before.thing('a'), before.thing('b')]);
  again.close();
  store.close();
});

test('saved is on disk with the next commit, or when the store is closed', () => {
  const store = new SqliteCatalogStore(path);
  const catalog = new Catalog(store);
  register(catalog, 'a', 'x');
  expect(onDisk()).toEqual([]);
  store.commit();
  expect(onDisk()).toEqual(['a']);
  register(catalog, 'b', 'x');
  store.close();
  expect(onDisk()).toEqual(['a', 'b']);
});

test('a commit that fails is made good by the next one', () => {
  const store = new SqliteCatalogStore(path);
  const catalog = new Catalog(store);
  const other = new DatabaseSync(path);
  other.exec('ALTER TABLE thing RENAME TO away');
  register(catalog, 'a', 'x');
  expect(() => store.commit()).toThrow();
  other.exec('ALTER TABLE away RENAME TO thing');
  other.close();
  store.commit();
  expect(onDisk()).toEqual(['a']);
  store.close();
});

test('a file that is no database is refused', () => {
  rmSync(path, { force: true });
  expect(() => new SqliteCatalogStore(folder)).toThrow();
});
