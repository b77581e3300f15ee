import { beforeEach, expect, test } from 'vitest';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { displayAt, FakeShell } from '../shell/testing/fake-shell.ts';
import type { CityWindow } from './city-window.ts';
import { CityWindows } from './city-windows.ts';
import { newPlace, type WindowPlace } from './window-place.ts';

const left = displayAt(0, 0);
const right = displayAt(1920, 0);
const PLACES: readonly WindowPlace[] = [
  { bounds: left.bounds, display: left.bounds, mode: 'kiosk', fragment: 'c=1' },
  { bounds: right.bounds, display: right.bounds, mode: 'kiosk', fragment: 'c=2' },
];

let shell: FakeShell;
let changes: (readonly WindowPlace[])[];
let opened: CityWindow[];
let windows: CityWindows;
beforeEach(() => {
  shell = new FakeShell();
  shell.shownDisplays = [left, right];
  [changes, opened] = [[], []];
  windows = new CityWindows({
    ...{ shell, clock: new ManualClock(0), log: () => {} },
    onChanged: (places) => changes.push(places),
    onOpened: (window) => opened.push(window),
  });
});

test('the windows of last time open where they were; without any, one', () => {
  windows.start(PLACES);
  expect(windows.places).toEqual(PLACES);
  expect(opened).toEqual(windows.all);
  const first = new CityWindows({
    ...{ shell, clock: new ManualClock(0), log: () => {}, onChanged: () => {}, onOpened: () => {} },
  });
  first.start([]);
  expect(first.places).toEqual([newPlace([left, right])]);
});

test('one more opens beside the newest, and is remembered', () => {
  windows.start([
    { bounds: { x: 10, y: 10, width: 700, height: 500 }, display: left.bounds, mode: 'normal', fragment: '' },
  ]);
  windows.add();
  windows.add();
  expect(windows.places.map(({ bounds }) => bounds.x)).toEqual([10, 42, 74]);
  expect(changes.map(({ length }) => length)).toEqual([2, 3]);
});

test('a window that is closed is forgotten, but for the last: that one opens again with the next start', () => {
  windows.start(PLACES);
  opened[0]?.close();
  expect(windows.places).toEqual([PLACES[1]]);
  opened[1]?.close();
  expect(windows.places).toEqual([PLACES[1]]);
  expect(changes.map(({ length }) => length)).toEqual([1, 1]);
});

test('windows that are closed are none of the application any more, and displays may change without them', () => {
  windows.start(PLACES);
  for (const window of opened) window.close();
  expect(windows.all).toEqual([]);
  expect(() => shell.plug(left)).not.toThrow();
  windows.add();
  expect(windows.places).toHaveLength(1);
});

test('each window of a wall goes and comes back with its display', () => {
  windows.start(PLACES);
  shell.plug(left);
  expect(shell.windows.map(({ bounds }) => bounds)).toEqual([left.bounds, left.bounds]);
  shell.plug(left, right);
  expect(shell.windows.map(({ bounds }) => bounds)).toEqual([left.bounds, right.bounds]);
  expect(windows.places).toEqual(PLACES);
});

test('a start without any display waits for the first', () => {
  shell.shownDisplays = [];
  windows.start(PLACES);
  expect(windows.all).toEqual([]);
  shell.plug(left, right);
  expect(windows.places).toEqual(PLACES);
  shell.plug(left);
  expect(windows.all).toHaveLength(2);
});
