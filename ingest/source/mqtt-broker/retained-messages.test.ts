import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RetainedMessages } from './retained-messages.ts';

const BOUNDS = { maxTopics: 1_000, maxBytes: 1_000_000 };
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-retained-'));
  path = join(folder, 'retained.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const message = (topic: string, text: string, qos: 0 | 1 | 2 = 1) => ({ topic, payload: Buffer.from(text), qos });
const kept = (messages: RetainedMessages, filter = '#') =>
  [...messages.matching(filter)].map(({ topic, payload, qos }) => `${topic} ${payload} ${qos}`).sort();

async function opened(bounds = BOUNDS): Promise<RetainedMessages> {
  const messages = new RetainedMessages(path, bounds);
  expect(await messages.open(0)).toEqual([]);
  return messages;
}

test('what was kept is there after a restart, the last of each topic, and its room is taken', async () => {
  const first = await opened();
  await Promise.all([
    first.keep(message('a', 'old')),
    first.keep(message('a', 'new', 2)),
    first.keep(message('b', '1')),
    first.keep(message('c', '1')),
    first.keep(message('c', '')),
  ]);
  await first.keep(message('b', ''));
  await first.close();
  const second = await opened();
  expect(kept(second)).toEqual(['a new 2']);
  expect([second.topics, second.bytes]).toEqual([1, 4]);
  await second.close();
});

test('it is on disk when it is said to be, without a clean end', async () => {
  const first = await opened();
  await first.keep(message('a', '1'));
  const second = await opened();
  expect(kept(second)).toEqual(['a 1 1']);
  await second.close();
  await first.close();
});

test('a flood is on disk in few groups, in order', async () => {
  const first = await opened();
  const order: number[] = [];
  await Promise.all(
    Array.from({ length: 500 }, (_, i) => first.keep(message(`t/${i % 50}`, String(i)))?.then(() => order.push(i))),
  );
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  await first.close();
  const second = await opened();
  expect(kept(second)).toHaveLength(50);
  expect(kept(second, 't/7')).toEqual(['t/7 457 1']);
  await second.close();
});

test('what does not fit is refused, and what is too much on disk stays there and is told', async () => {
  const first = await opened({ maxTopics: 2, maxBytes: 100 });
  expect([first.keep(message('a', '1')), first.keep(message('b', '1'))]).toEqual([
    expect.anything(),
    expect.anything(),
  ]);
  expect(first.keep(message('c', '1'))).toBeUndefined();
  await first.close();
  const second = new RetainedMessages(path, { maxTopics: 1, maxBytes: 100 });
  expect(await second.open(0)).toEqual(['1 retained messages are more than the broker keeps, and were left on disk']);
  await second.close();
});

test('a broken file is set aside with its reason, and an empty one begun', async () => {
  writeFileSync(path, 'this is no database, whatever its name says'.repeat(100));
  const messages = new RetainedMessages(path, BOUNDS);
  expect(await messages.open(77)).toEqual([expect.stringContaining(`it was moved to ${path}.broken-77`)]);
  await messages.keep(message('a', '1'));
  await messages.close();
  expect(readdirSync(folder).sort()).toEqual(['retained.sqlite', 'retained.sqlite.broken-77']);
  const again = await opened();
  expect(kept(again)).toEqual(['a 1 1']);
  await again.close();
});
