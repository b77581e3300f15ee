import { expect, test } from 'vitest';
import { Catalog, forgetfulStore } from '#devices/catalog/catalog.ts';
import type { ThingId, ThingSource } from '#devices/model/thing.ts';
import { Registrar } from './registrar.ts';

function setUp() {
  const catalog = new Catalog(forgetfulStore);
  const registrar = new Registrar(catalog, { things: 3, datastreams: 6, datastreamsOfThing: 2 });
  /** What is wrong with a `$meta`, or an OPC UA Object, of these properties. */
  const describe = (thing: string, properties: string, protocol: ThingSource['protocol'] = 'mqtt') => {
    const datastreams = [...properties].map((property) => ({ property, resultType: 'number' as const }));
    return registrar.register({ spec: { id: thing as ThingId, datastreams }, source: { protocol, address: thing } })
      ?.kind;
  };
  /** What is wrong with a reading, or undefined. */
  const read = (thing: string, property: string) => {
    const message = { source: 'mqtt', address: thing, receivedTime: 0, readings: [], things: [] } as const;
    const found = registrar.datastreamOf(message, { thing, property, value: 1, time: undefined, status: 0 });
    return 'kind' in found ? found.kind : undefined;
  };
  return { catalog, describe, read };
}

test('Things are bounded too, with or without datastreams; what is known stays open to news', () => {
  const { catalog, describe, read } = setUp();
  expect(['a', 'b', 'c', 'd'].map((thing) => describe(thing, ''))).toEqual([
    undefined,
    undefined,
    undefined,
    'catalog-full',
  ]);
  expect(read('e', 'x')).toBe('catalog-full');
  expect(describe('a', 'x')).toBeUndefined();
  expect(catalog.thingCount).toBe(3);
});

test('a client that makes up names over MQTT fills its own Thing and nothing else', () => {
  const { catalog, describe, read } = setUp();
  expect(['x', 'y', 'z'].map((property) => read('a', property))).toEqual([undefined, undefined, 'thing-full']);
  expect(describe('a', 'xyz')).toBe('thing-full');
  expect([read('a', 'x'), describe('a', 'yx'), read('b', 'z')]).toEqual([undefined, undefined, undefined]);
  expect(catalog.datastreamCount).toBe(3);
});

test('an OPC UA Object is as large as its server says, within the catalog', () => {
  const { describe } = setUp();
  expect(describe('plant', 'abcde', 'opcua')).toBeUndefined();
  expect(describe('plant', 'abcde', 'opcua')).toBeUndefined();
  expect(describe('other', 'fg', 'opcua')).toBe('catalog-full');
});
