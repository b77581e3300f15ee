import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { covers, whyNoFilter, whyNoTopic } from './topic-filter.ts';
import { rightsOf } from './topic-rights.ts';
import { TopicTree } from './topic-tree.ts';

const isCovered = (allowed: string, asked: string) => covers(allowed.split('/'), asked.split('/'));

test.each([
  // allowed, asked, may
  ['twin/a/x', 'twin/a/x', true],
  ['twin/a/x', 'twin/a/y', false],
  ['twin/a/x', 'twin/a/x/y', false],
  ['twin/+/x', 'twin/a/x', true],
  ['twin/+/x', 'twin/+/x', true],
  ['twin/+/x', 'twin/#', false],
  ['twin/+', 'twin/+/x', false],
  ['twin/#', 'twin', true],
  ['twin/#', 'twin/a/b/c', true],
  ['twin/#', 'twin/+/#', true],
  ['twin/#', '#', false],
  ['twin/a/#', 'twin/+/x', false],
  ['#', '$SYS/broker/uptime', false],
  ['+/broker', '$SYS/broker', false],
  ['$SYS/#', '$SYS/broker/uptime', true],
  ['#', '#', true],
])('who may %s may %s: %s', (allowed, asked, may) => {
  expect(isCovered(allowed, asked)).toBe(may);
});

const level = fc.constantFrom('a', 'b', '', '$c');
const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([levels, hasMore]) => [...levels, ...(hasMore ? ['#'] : [])].join('/'));

test('what covers a filter covers every topic that the filter means', () => {
  fc.assert(
    fc.property(filter, filter, topic, (allowed, asked, one) => {
      if (isCovered(allowed, asked) && isCovered(asked, one)) expect(isCovered(allowed, one)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('a topic tree finds what the filter means, and forgets what is taken away', () => {
  fc.assert(
    fc.property(fc.array(topic), fc.array(topic), filter, (added, taken, asked) => {
      const tree = new TopicTree<string>();
      for (const one of added) tree.set(one, one);
      for (const one of taken) tree.delete(one);
      const left = new Set(added.filter((one) => !taken.includes(one)));
      const expected = [...left].filter((one) => isCovered(asked, one));
      expect([...tree.matching(asked)].sort()).toEqual(expected.sort());
    }),
    { numRuns: 2_000 },
  );
});

describe('a placeholder', () => {
  const rights = (user: string, clientId: string) =>
    rightsOf({ publish: ['twin/%u/#', 'raw/%c/+'], subscribe: ['twin/%u/command'] }, user, clientId);

  test('stands for the user or the client id', () => {
    const { mayPublish, maySubscribe } = rights('pump-1', 'left');
    expect(['twin/pump-1/x', 'raw/left/x', 'twin/pump-2/x', 'raw/pump-1/x'].map(mayPublish)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(['twin/pump-1/command', 'twin/+/command', '#'].map(maySubscribe)).toEqual([true, false, false]);
  });

  test.each(['+', '#', 'a/b', ''])('never widens: a client that calls itself %j gets nothing by it', (clientId) => {
    const { mayPublish } = rights('pump-1', clientId);
    expect([`raw/${clientId}/x`, 'raw/a/x', 'raw/a/b/x', 'twin/pump-1/x'].map(mayPublish)).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });
});

test('filters and topics that are none are told why', () => {
  expect(['a/#', '+/a', '#', '+', '/', 'a//b'].map(whyNoFilter)).toEqual(Array(6).fill(undefined));
  expect(['', 'a#', '#/a', 'a/b+', 'a\0', 'x'.repeat(2_000)].every((one) => whyNoFilter(one) !== undefined)).toBe(true);
  expect(['a', '/', '$x'].map(whyNoTopic)).toEqual(Array(3).fill(undefined));
  expect(['', 'a/+', 'a/#', 'a\0'].every((one) => whyNoTopic(one) !== undefined)).toBe(true);
});
