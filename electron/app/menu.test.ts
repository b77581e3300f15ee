import { describe, expect, test } from 'vitest';
import { DESKTOP_COMMANDS } from '#twin-viewer/desktop/desktop-bridge.ts';
import type { MenuEntry } from '../shell/shell.ts';
import { displayAt } from '../shell/testing/fake-shell.ts';
import { type MenuActions, menu } from './menu.ts';
import { languageOf } from './words.ts';

type Labelled = Exclude<MenuEntry, { kind: 'separator' }>;
const left = displayAt(0, 0);
const right = displayAt(1920, 0, { bounds: { x: 1920, y: 0, width: 3840, height: 2160 } });

function open(language: 'zh' | 'en' = 'en', displays = [left, right]): { all: Labelled[]; done: unknown[][] } {
  const done: unknown[][] = [];
  const note =
    (name: string) =>
    (...args: unknown[]) =>
      void done.push([name, ...args]);
  const actions: MenuActions = {
    ...{ command: note('command'), newWindow: note('newWindow'), chooseServer: note('chooseServer') },
    ...{ showLogs: note('showLogs'), closeWindow: note('closeWindow'), reload: note('reload') },
    ...{ toggleFullScreen: note('toggleFullScreen'), kiosk: note('kiosk') },
  };
  const flat = (entries: readonly MenuEntry[]): Labelled[] =>
    entries.flatMap((entry) => {
      if (entry.kind === 'separator') return [];
      return entry.kind === 'menu' ? [entry, ...flat(entry.entries)] : [entry];
    });
  return { all: flat(menu(language, displays, actions)), done };
}

const keysOf = (all: readonly Labelled[]) =>
  all.flatMap((entry) => (entry.kind === 'action' ? [entry.key ?? []] : [])).flat();
function choose(label: string, from = open()): unknown[][] {
  const entry = from.all.find((each) => each.label === label);
  if (entry?.kind !== 'action') throw new Error(`There is no action ${label}`);
  entry.run();
  return from.done;
}

test('every key does one thing', () => {
  const keys = keysOf(open().all);
  expect(keys.length).toBeGreaterThan(8);
  expect(new Set(keys.map((key) => key.toLowerCase())).size).toBe(keys.length);
});

test('a key without Ctrl or a function key is left to the page, where somebody may be typing', () => {
  for (const entry of open().all) {
    if (entry.kind !== 'action' || entry.key === undefined) continue;
    const isPlain = !/^(CmdOrCtrl\+|F\d+$)/.test(entry.key);
    if (isPlain) expect([entry.label, entry.isKeyOfPage]).toEqual([entry.label, true]);
  }
});

describe('the languages', () => {
  test('have the same entries with the same keys, each with words', () => {
    const [zh, en] = [open('zh').all, open('en').all];
    expect(zh.map(({ kind }) => kind)).toEqual(en.map(({ kind }) => kind));
    expect(keysOf(zh)).toEqual(keysOf(en));
    for (const { label } of [...zh, ...en]) expect(label.trim()).not.toBe('');
  });

  test('are not mixed, but for the name of the other language, which is in that language', () => {
    const other = (language: 'zh' | 'en', isForeign: RegExp) =>
      open(language)
        .all.map(({ label }) => label)
        .filter((label) => isForeign.test(label));
    expect(other('zh', /[A-Za-z]{2,}/)).toEqual(['English']);
    expect(other('en', /\p{Script=Han}/u)).toEqual(['中文']);
  });

  test('no two entries of one language have the same words', () => {
    for (const language of ['zh', 'en'] as const) {
      const labels = open(language).all.map(({ label }) => label);
      expect(new Set(labels).size).toBe(labels.length);
    }
  });

  test.each([
    ['zh-CN', 'zh'],
    ['zh', 'zh'],
    ['ZH-Hant-TW', 'zh'],
    ['en-GB', 'en'],
    ['kk', 'en'],
    ['zhx', 'en'],
    ['', 'en'],
  ])('a system that speaks %j is spoken to in %s', (locale, language) => {
    expect(languageOf(locale)).toBe(language);
  });
});

test('every command that a page knows is in the menu once', () => {
  const { all, done } = open();
  for (const entry of all) if (entry.kind === 'action') entry.run();
  const commands = done.filter(([name]) => name === 'command').map(([, command]) => command);
  expect(commands.sort()).toEqual([...DESKTOP_COMMANDS].sort());
});

test('kiosk is offered for each display where there is a choice, named by its number and size', () => {
  expect(choose('Kiosk on Display 2 (3840×2160)')).toEqual([['kiosk', right]]);
  expect(choose('Kiosk on This Display')).toEqual([['kiosk', undefined]]);
  expect(
    open('en', [left])
      .all.map(({ label }) => label)
      .filter((label) => label.startsWith('Kiosk')),
  ).toEqual(['Kiosk on This Display']);
});

test.each([
  ['New Window', 'newWindow'],
  ['Choose Server…', 'chooseServer'],
  ['Show Log Files', 'showLogs'],
  ['Close Window', 'closeWindow'],
  ['Reload', 'reload'],
  ['Full Screen', 'toggleFullScreen'],
])('%s does what it says', (label, name) => {
  expect(choose(label)).toEqual([[name]]);
});
