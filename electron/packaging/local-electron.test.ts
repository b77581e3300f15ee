import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { hasFuses, localElectron } from './local-electron.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folderWith(...names: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'yiping-zips-'));
  folders.push(folder);
  for (const name of names) writeFileSync(join(folder, name), '');
  return folder;
}

it("the zips' names say which Electron it is", () => {
  const folder = folderWith('electron-v44.5.1-linux-x64.zip', 'electron-v44.5.1-win32-x64.zip', 'SHASUMS256.txt');
  expect(localElectron(folder)).toEqual({ folder, version: '44.5.1' });
});

it('no zip, or zips of two versions, are named with what was expected', () => {
  expect(() => localElectron(folderWith())).toThrow(/YIPING_ELECTRON_ZIP_DIR.*it holds none/);
  const two = folderWith('electron-v9.4.1-linux-x64.zip', 'electron-v44.5.1-linux-x64.zip');
  expect(() => localElectron(two)).toThrow(/versions 44\.5\.1, 9\.4\.1/);
});

it('fuses came with Electron 12', () => {
  expect(['9.4.1', '11.5.0', '12.0.0', '44.5.1'].map(hasFuses)).toEqual([false, false, true, true]);
});
