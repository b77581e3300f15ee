import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { WindowPlace } from '../windows/window-place.ts';
import { type DesktopSettings, SettingsFile } from './desktop-settings.ts';

const WINDOW: WindowPlace = {
  bounds: { x: -10, y: 20, width: 800, height: 600 },
  display: { x: -1920, y: 0, width: 1920, height: 1080 },
  ...{ mode: 'kiosk', fragment: 'c=1&t=2' },
};
const ALL: DesktopSettings = {
  ...{ choice: { where: 'server', address: 'city:8080' }, language: 'en', windows: [WINDOW] },
  ...{ serviceFlags: ['--mqtt-port', '1884'], updateFeed: 'http://updates.city/feed' },
};
const DEFAULTS: DesktopSettings = { windows: [], serviceFlags: [] };

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'yiping-settings-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let path: string;
let lines: string[];
beforeEach(() => {
  path = join(mkdtempSync(join(root, 'case-')), 'settings.json');
  lines = [];
});

const open = (): SettingsFile => new SettingsFile(path, (line) => lines.push(line));
function load(text?: string): DesktopSettings {
  if (text !== undefined) writeFileSync(path, text);
  const file = open();
  file.load();
  return file.settings;
}

test('what was saved is there at the next start', () => {
  open().save(ALL);
  expect(load()).toEqual(ALL);
  expect(lines).toEqual([]);
});

test('a save changes what it names and keeps the rest, and leaves one file', () => {
  const file = open();
  file.save(ALL);
  file.save({ language: 'zh' });
  expect(file.settings).toEqual({ ...ALL, language: 'zh' });
  expect(load()).toEqual({ ...ALL, language: 'zh' });
  expect(readdirSync(dirname(path))).toEqual(['settings.json']);
});

test('the first start has no file, and that is nothing to tell; its folder is made with the first save', () => {
  path = join(root, 'not', 'yet', 'settings.json');
  expect(load()).toEqual(DEFAULTS);
  expect(lines).toEqual([]);
  open().save(ALL);
  expect(load()).toEqual(ALL);
});

test('a byte order mark, as some editors write it, is nothing wrong', () => {
  expect(load(`\uFEFF${JSON.stringify(ALL)}`)).toEqual(ALL);
  expect(lines).toEqual([]);
});

test.each(['', '{', '{"language":"en"', 'language: en', '\0\0\0\0'])(
  '%j is no JSON: it is told and kept beside the new one',
  (text) => {
    expect(load(text)).toEqual(DEFAULTS);
    expect(lines).toEqual([`${path} is not JSON; it is kept as ${path}.broken, and all settings are the defaults`]);
    open().save({ language: 'zh' });
    expect(readFileSync(`${path}.broken`, 'utf8')).toBe(text);
    expect(load()).toEqual({ ...DEFAULTS, language: 'zh' });
  },
);

test('what cannot be read is told and kept beside the new one too', () => {
  mkdirSync(path);
  expect(load()).toEqual(DEFAULTS);
  expect(lines).toEqual([expect.stringMatching(/cannot be read \(.*EISDIR.*\); it is kept as .*\.broken/)]);
  open().save(ALL);
  expect(load()).toEqual(ALL);
  expect(existsSync(`${path}.broken`)).toBe(true);
});

test.each(['[]', 'null', '7', '"text"'])('%s is no object: all settings are the defaults', (text) => {
  expect(load(text)).toEqual(DEFAULTS);
  expect(lines).toEqual([`${path}: is not an object; all settings are the defaults`]);
});

describe('a part that is wrong is told and left out; the rest counts', () => {
  const bounds = { ...WINDOW.bounds };
  test.each<[keyof DesktopSettings, unknown]>([
    ['choice', null],
    ['choice', 'here'],
    ['choice', { where: 'there' }],
    ['choice', { where: 'server' }],
    ['choice', { where: 'server', address: 8080 }],
    ['language', 'fr'],
    ['language', ['zh']],
    ['updateFeed', 'file:///updates'],
    ['updateFeed', 'http://two words'],
    ['updateFeed', true],
    ['serviceFlags', '--mqtt-port 1'],
    ['serviceFlags', ['--mqtt-port', 1884]],
    ['windows', {}],
    ['windows', [null]],
    ['windows', [{ ...WINDOW, mode: 'minimized' }]],
    ['windows', [{ ...WINDOW, mode: ['kiosk'] }]],
    ['windows', [{ ...WINDOW, fragment: undefined }]],
    ['windows', [{ ...WINDOW, display: undefined }]],
    ['windows', [{ ...WINDOW, bounds: { ...bounds, width: 0 } }]],
    ['windows', [{ ...WINDOW, bounds: { ...bounds, height: -5 } }]],
    ['windows', [{ ...WINDOW, bounds: { ...bounds, x: 0.5 } }]],
    ['windows', [{ ...WINDOW, bounds: { ...bounds, x: 1e300 } }]],
    ['windows', [{ ...WINDOW, bounds: { ...bounds, y: '20' } }]],
    ['windows', [WINDOW, { ...WINDOW, bounds: null }]],
  ])('%s: %j', (name, value) => {
    const { [name]: _left, ...rest } = ALL;
    expect(load(JSON.stringify({ ...ALL, [name]: value }))).toEqual({ ...DEFAULTS, ...rest });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(new RegExp(`: ${name} is .*, which is not .*; it is left out$`));
  });
});

test('names that are none of ours do no harm', () => {
  expect(load('{"__proto__":{"language":"en"},"constructor":1,"later":{"a":1},"language":"zh"}')).toEqual({
    ...DEFAULTS,
    language: 'zh',
  });
  expect(({} as { language?: string }).language).toBeUndefined();
});

test('where the disk refuses, what was chosen counts until the end, and that is told', () => {
  writeFileSync(join(dirname(path), 'file'), '');
  path = join(dirname(path), 'file', 'settings.json');
  const file = open();
  file.save(ALL);
  expect(file.settings).toEqual(ALL);
  expect(lines).toEqual([expect.stringContaining('cannot be written, so this is forgotten at the end')]);
});

test('a save that fails leaves the file of before', () => {
  open().save(ALL);
  mkdirSync(`${path}.new`);
  open().save({ language: 'zh' });
  expect(lines).toHaveLength(1);
  expect(load()).toEqual(ALL);
});
