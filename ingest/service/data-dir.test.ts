import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDataDir } from './data-dir.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-data-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Opens the folder in another process, which says what happened and, for `kill`, dies by SIGKILL while holding it. */
function openElsewhere(path: string, kill = false): string {
  const module = new URL('./data-dir.ts', import.meta.url).href;
  const script = `
    const { openDataDir } = await import(${JSON.stringify(module)});
    try { openDataDir(${JSON.stringify(path)}); console.log('opened'); } catch (error) { console.log(error.message); }
    ${kill ? 'process.kill(process.pid, "SIGKILL");' : ''}`;
  return spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' }).stdout.trim();
}

test('A folder that is not there is made; nothing of the trial stays in it', () => {
  const path = join(folder, 'new', 'deep');
  openDataDir(path).release();
  expect(readdirSync(path)).toEqual(['lock.sqlite']);
});

test('One process at a time: the second is told who holds it, and gets it when it is released', () => {
  const path = join(folder, 'one');
  const held = openDataDir(path);
  expect(openElsewhere(path)).toBe(
    `data-dir: ${path} is in use by another Yiping (process ${process.pid}). Stop that one, or give this one its own ` +
      'folder: --data-dir DIR.',
  );
  held.release();
  expect(openElsewhere(path)).toBe('opened');
});

test('A process that was killed leaves no lock behind', () => {
  const path = join(folder, 'killed');
  expect(openElsewhere(path, true)).toBe('opened');
  openDataDir(path).release();
});

test('Something that is no folder is refused with what to do', () => {
  const path = join(folder, 'file');
  writeFileSync(path, '');
  expect(() => openDataDir(path)).toThrow(`data-dir: ${path} is not a folder. Choose another: --data-dir DIR.`);
});

test.skipIf(process.platform !== 'linux')('A place that takes no folders is told, and does not hang', () => {
  expect(() => openDataDir('/proc/nowhere/deep')).toThrow(/data-dir: \/proc\/nowhere\/deep cannot be written/);
});
