import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keptClientId } from './kept-client-id.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yiping-client-id-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('the client id stays over restarts, and no two folders have the same', () => {
  const made = keptClientId(join(dir, 'one'));
  expect(made).toMatch(/^yiping[0-9a-f]{16}$/);
  expect(keptClientId(join(dir, 'one'))).toBe(made);
  expect(keptClientId(join(dir, 'two'))).not.toBe(made);
});

test('a file that holds no client id is written anew, and a folder that is not there is an error', () => {
  writeFileSync(join(dir, 'torn'), '\0\0');
  expect(keptClientId(join(dir, 'torn'))).toBe(keptClientId(join(dir, 'torn')));
  expect(() => keptClientId(join(dir, 'gone', 'id'))).toThrow(/ENOENT/);
});
