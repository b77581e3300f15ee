import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KeptSession } from './kept-session.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yiping-session-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function opened(name: string): KeptSession {
  const session = new KeptSession(join(dir, name));
  session.open();
  return session;
}

test('the client id stays over restarts, and no two files have the same', () => {
  const { clientId } = opened('one');
  expect(clientId).toMatch(/^yiping[0-9a-f]{16}$/);
  expect(opened('one').clientId).toBe(clientId);
  expect(opened('two').clientId).not.toBe(clientId);
});

test('what each broker is subscribed to stays too', () => {
  const session = opened('one');
  session.keepFilters('mqtt://a:1883', ['twin/#', 'a']);
  session.keepFilters('mqtt://b:1883', ['twin/+/x']);
  session.keepFilters('mqtt://a:1883', ['twin/#']);
  const { clientId } = session;
  const again = opened('one');
  expect(again.clientId).toBe(clientId);
  expect(again.filtersOf('mqtt://a:1883')).toEqual(['twin/#']);
  expect(again.filtersOf('mqtt://b:1883')).toEqual(['twin/+/x']);
  expect(again.filtersOf('mqtt://c:1883')).toEqual([]);
});

test.each(['', '\0\0', 'null', '[]', '{"clientId":"a b"}', '{"clientId":"a","filters":{"x":1}}'])(
  'a file that holds %j is written anew',
  (text) => {
    writeFileSync(join(dir, 'torn'), text);
    expect(opened('torn').clientId).toBe(opened('torn').clientId);
  },
);

test('a folder that is not there is an error', () => {
  expect(() => opened(join('gone', 'file'))).toThrow(/ENOENT/);
});
