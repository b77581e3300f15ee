import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTopicLevel } from '#devices/model/thing.ts';
import { asTopicLevel, OpcuaThingIds } from './opcua-thing-ids.ts';

test('any name becomes a legal topic level, and a legal one stays', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (name) => isTopicLevel(asTopicLevel(name))));
  expect(asTopicLevel('泵站 3.压力')).toBe('泵站 3.压力');
  expect(asTopicLevel('$a/b#c')).toBe('_a_b_c');
});

test('a node keeps its id; another with the same name gets its parent in front, a third a number behind', () => {
  const ids = new OpcuaThingIds();
  expect(ids.idOf('one ns=2;s=a', ['North', 'Pump'])).toBe('Pump');
  expect(ids.idOf('one ns=2;s=b', ['South', 'Pump'])).toBe('South.Pump');
  expect(ids.idOf('two ns=2;s=b', ['South', 'Pump'])).toBe('South.Pump~2');
  expect(ids.idOf('one ns=2;s=a', ['North', 'Pump'])).toBe('Pump');
});
