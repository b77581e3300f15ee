import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DatastreamSpec } from '../model/datastream.ts';
import type { Thing, ThingId, ThingSource, ThingSpec } from '../model/thing.ts';
import { Catalog, type CatalogStore, forgetfulStore } from './catalog.ts';

const MQTT: ThingSource = { protocol: 'mqtt', address: 'twin/a' };

function spec(id: string, ...properties: string[]): ThingSpec {
  return { id: id as ThingId, datastreams: properties.map((property) => number(property)) };
}

function number(property: string): DatastreamSpec {
  return { property, resultType: 'number' };
}

function indexes(thing: Thing | undefined): (readonly [string, number])[] {
  return thing?.datastreams.map(({ property, index }) => [property, index] as const) ?? [];
}

/** Keeps what was saved, as JSON like a real one. */
function rememberingStore(): CatalogStore & { readonly saved: Map<string, string> } {
  const saved = new Map<string, string>();
  return {
    saved,
    load: () => [...saved.values()].map((json) => JSON.parse(json) as Thing),
    save: (thing) => void saved.set(thing.id, JSON.stringify(thing)),
  };
}

describe('registering', () => {
  test('gives each datastream the next index, and keeps it when the Thing is registered again', () => {
    const catalog = new Catalog(forgetfulStore);
    catalog.register(spec('a', 'x', 'y'), MQTT);
    catalog.register(spec('b', 'x'), MQTT);
    catalog.register(spec('a', 'z', 'x'), MQTT);
    expect(indexes(catalog.thing('a'))).toEqual([
      ['x', 0],
      ['y', 1],
      ['z', 3],
    ]);
    expect(catalog.find('b', 'x')?.index).toBe(2);
    expect(catalog.datastream(3)?.id).toBe('a/z');
    expect(catalog.thingOf(3)?.id).toBe('a');
    expect(catalog.datastreamCount).toBe(4);
  });

  test('replaces what is said and keeps what is left out', () => {
    const catalog = new Catalog(forgetfulStore);
    catalog.register({ ...spec('a', 'x'), type: 'parking', location: { lon: 71, lat: 51 }, simulated: true }, MQTT);
    const thing = catalog.register({ ...spec('a'), location: { lon: 72, lat: 52 } }, MQTT);
    expect(thing).toMatchObject({ type: 'parking', simulated: true, location: { lon: 72, lat: 52 } });
    expect(thing.datastreams).toHaveLength(1);
  });

  test('does not change the result type of a datastream that has history', () => {
    const catalog = new Catalog(forgetfulStore);
    catalog.register(spec('a', 'x'), MQTT);
    const thing = catalog.register(
      { id: 'a' as ThingId, datastreams: [{ property: 'x', resultType: 'text', unit: 'm' }] },
      MQTT,
    );
    expect(thing.datastreams[0]).toMatchObject({ resultType: 'number', unit: 'm' });
  });

  test('never changes a Thing that was handed out', () => {
    const catalog = new Catalog(forgetfulStore);
    const before = catalog.register(spec('a', 'x'), MQTT);
    const copy = structuredClone(before);
    catalog.register({ ...spec('a', 'x', 'y'), type: 'parking' }, MQTT);
    expect(before).toEqual(copy);
  });

  test('tells what changed, and nothing where nothing did', () => {
    const store = rememberingStore();
    const catalog = new Catalog(store);
    const told: string[] = [];
    const stop = catalog.subscribe(({ id }) => told.push(id));
    catalog.register({ ...spec('a', 'x'), name: { zh: '甲', en: 'A' } }, MQTT);
    store.saved.clear();
    catalog.register({ ...spec('a', 'x'), name: { en: 'A', zh: '甲' } }, MQTT);
    expect([told, catalog.revision, store.saved.size]).toEqual([['a'], 1, 0]);
    stop();
    catalog.register(spec('b'), MQTT);
    expect([told, catalog.revision]).toEqual([['a'], 2]);
  });

  test('that cannot be saved leaves everything as it was', () => {
    const catalog = new Catalog({
      load: () => [],
      save: () => {
        throw new Error('disk full');
      },
    });
    expect(() => catalog.register(spec('a', 'x'), MQTT)).toThrow('disk full');
    expect([catalog.thingCount, catalog.datastreamCount, catalog.revision]).toEqual([0, 0, 0]);
  });
});

describe('a learnt interval', () => {
  test('is kept with the catalog, survives what the Thing says of itself later, and is told once a Thing', () => {
    const store = rememberingStore();
    const catalog = new Catalog(store);
    catalog.register(spec('a', 'x', 'y'), MQTT);
    const told: string[] = [];
    catalog.subscribe(({ id }) => told.push(id));
    catalog.learn(
      new Map([
        [0, 1_000],
        [1, 60_000],
        [7, 5],
      ]),
    );
    catalog.register({ ...spec('a', 'x'), type: 'parking' }, MQTT);
    expect(told).toEqual(['a', 'a']);
    expect(new Catalog(store).thing('a')?.datastreams.map((stream) => stream.learntIntervalMs)).toEqual([
      1_000, 60_000,
    ]);
  });

  test('is taken away again, and what is known already is no news', () => {
    const catalog = new Catalog(forgetfulStore);
    catalog.register(spec('a', 'x'), MQTT);
    catalog.learn(new Map([[0, 1_000]]));
    catalog.learn(new Map([[0, 1_000]]));
    expect(catalog.revision).toBe(2);
    catalog.learn(new Map([[0, undefined]]));
    expect(catalog.datastream(0)).toEqual({ id: 'a/x', index: 0, property: 'x', resultType: 'number' });
  });
});

describe('after a restart', () => {
  const registration = fc.tuple(
    fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor'),
    fc.uniqueArray(fc.constantFrom('x', 'y', 'z', '__proto__', 'toString'), { maxLength: 5 }),
  );

  test('every datastream has the index it had, whatever was registered in whatever order', () => {
    fc.assert(
      fc.property(fc.array(registration, { maxLength: 20 }), (registrations) => {
        const store = rememberingStore();
        const before = new Catalog(store);
        for (const [id, properties] of registrations) before.register(spec(id, ...properties), MQTT);
        const after = new Catalog(store);
        expect(after.datastreamCount).toBe(before.datastreamCount);
        for (let index = 0; index < before.datastreamCount; index++) {
          expect(after.datastream(index)).toEqual(before.datastream(index));
          expect(after.thingOf(index)).toEqual(before.thingOf(index));
        }
      }),
    );
  });

  test('indexes that are missing or taken twice are refused, and the error says what to do', () => {
    const store = rememberingStore();
    const catalog = new Catalog(store);
    catalog.register(spec('a', 'x'), MQTT);
    catalog.register(spec('b', 'x'), MQTT);
    const b = store.saved.get('b') as string;
    store.saved.set('b', b.replace('"index":1', '"index":5'));
    expect(() => new Catalog(store)).toThrow('no datastream has index 1');
    store.saved.set('b', b.replace('"index":1', '"index":0'));
    expect(() => new Catalog(store)).toThrow('a/x and b/x share index 0; restore the data folder');
  });
});
