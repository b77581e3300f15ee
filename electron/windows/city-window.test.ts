import { beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { displayAt, FakeShell } from '../shell/testing/fake-shell.ts';
import type { FakeWindow } from '../shell/testing/fake-window.ts';
import { CityWindow, HANG_MS, SETTLE_MS } from './city-window.ts';
import type { WindowPlace } from './window-place.ts';

const left = displayAt(0, 0);
const right = displayAt(1920, 0);
const onLeft: WindowPlace = {
  ...{ bounds: { x: 100, y: 100, width: 800, height: 600 }, display: left.bounds, mode: 'normal', fragment: 'c=1' },
};
const onRight: WindowPlace = {
  ...{ bounds: { x: 2020, y: 100, width: 800, height: 600 }, display: right.bounds, mode: 'normal', fragment: 'c=2' },
};
const CITY = 'yiping://app/index.html';

let shell: FakeShell;
let clock: ManualClock;
let lines: string[];
let changes: number;
let closed: CityWindow[];
beforeEach(() => {
  shell = new FakeShell();
  shell.shownDisplays = [left, right];
  clock = new ManualClock(0);
  [lines, changes, closed] = [[], 0, []];
});

function open(place: WindowPlace = onLeft): { window: CityWindow; fake: FakeWindow } {
  const window = new CityWindow(
    {
      ...{ shell, clock, log: (line: string) => lines.push(line) },
      onChanged: () => changes++,
      onClosed: (which) => closed.push(which),
    },
    place,
  );
  shell.onDisplaysChanged(() => window.displaysChanged());
  return { window, fake: shell.windows[shell.windows.length - 1] as FakeWindow };
}

describe('a window opens', () => {
  test('where it belongs, in its mode', () => {
    expect(open().fake.options).toMatchObject({ bounds: onLeft.bounds, isKiosk: false, isMaximized: false });
    const kiosk = open({ ...onRight, mode: 'kiosk' }).fake.options;
    expect(kiosk).toMatchObject({ bounds: right.bounds, isKiosk: true });
    expect(open({ ...onLeft, mode: 'maximized' }).fake.options.isMaximized).toBe(true);
  });

  test('on the city as it was left', () => {
    const { window, fake } = open();
    window.showCity();
    expect(fake.loaded).toEqual([`${CITY}#c=1`]);
  });
});

describe('what a window shows', () => {
  test('is remembered as the page last put it in its address', () => {
    const { window, fake } = open();
    window.showCity();
    fake.shows('c=9&t=5');
    expect(window.place.fragment).toBe('c=9&t=5');
  });

  test('is not forgotten while the start page is shown, and comes back after it', () => {
    const { window, fake } = open();
    window.showCity();
    fake.shows('c=9');
    window.leaveCity();
    expect(fake.url).toBe('yiping://app/start.html');
    fake.shows('nothing of the city');
    expect(window.place.fragment).toBe('c=9');
    window.showCity();
    expect(fake.url).toBe(`${CITY}#c=9`);
  });

  test('is not loaded again by a city that answers again: the page finds its way back by itself', () => {
    const { window, fake } = open();
    window.showCity();
    window.showCity();
    expect(fake.loaded).toHaveLength(1);
  });
});

describe('a page that died', () => {
  test('comes back with the same camera, selection and moment', () => {
    const { window, fake } = open();
    window.showCity();
    fake.shows('c=7&s=station/1&t=99');
    fake.emit('page-gone', 'crashed');
    clock.advance(500);
    expect(fake.loaded.slice(1)).toEqual([`${CITY}#c=7&s=station/1&t=99`]);
  });

  test('comes back to the start page where that is what died', () => {
    const { window, fake } = open();
    window.show('yiping://app/start.html');
    fake.emit('page-gone', 'oom');
    clock.advance(500);
    expect(fake.loaded).toEqual(['yiping://app/start.html', 'yiping://app/start.html']);
  });

  test('waits twice as long each time, half a minute at most, and after a minute of life as at first', () => {
    const { window, fake } = open();
    window.showCity();
    const waitMs = (): number => {
      const [since, before] = [clock.now(), fake.loaded.length];
      fake.emit('page-gone', 'crashed');
      while (fake.loaded.length === before) clock.advance(100);
      return clock.now() - since;
    };
    expect(Array.from({ length: 8 }, waitMs)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    clock.advance(60_000);
    expect(waitMs()).toBe(500);
  });

  test('does not come back over a page that was asked for meanwhile, nor into a window that was closed', () => {
    const { window, fake } = open();
    window.showCity();
    fake.emit('page-gone', 'crashed');
    window.show('yiping://app/start.html');
    clock.advance(60_000);
    expect(fake.url).toBe('yiping://app/start.html');
    fake.emit('page-gone', 'crashed');
    window.close();
    fake.emit('page-gone', 'killed');
    clock.advance(60_000);
    expect(fake.loaded).toHaveLength(2);
  });
});

describe('a page that hangs', () => {
  test('is ended after a while, and comes back as one that died', () => {
    const { window, fake } = open();
    window.showCity();
    fake.emit('page-hangs', undefined);
    clock.advance(HANG_MS - 1);
    expect(fake.kills).toBe(0);
    clock.advance(1);
    expect(fake.kills).toBe(1);
    fake.emit('page-gone', 'killed');
    clock.advance(500);
    expect(fake.loaded).toEqual([`${CITY}#c=1`, `${CITY}#c=1`]);
  });

  test('goes on where it answers in time', () => {
    const { fake } = open();
    fake.emit('page-hangs', undefined);
    clock.advance(HANG_MS - 1);
    fake.emit('page-answers', undefined);
    clock.advance(HANG_MS);
    expect(fake.kills).toBe(0);
  });

  test('is not ended once more for a hang of the page before it, nor in a window that was closed', () => {
    const { window, fake } = open();
    fake.emit('page-hangs', undefined);
    fake.emit('page-gone', 'crashed');
    clock.advance(HANG_MS);
    fake.emit('page-hangs', undefined);
    window.close();
    clock.advance(HANG_MS);
    expect(fake.kills).toBe(0);
  });
});

describe('the place of a window', () => {
  test('is where somebody put it and left it', () => {
    const { window, fake } = open();
    fake.isMovedTo({ x: 2000, y: 10, width: 700, height: 500 });
    clock.advance(SETTLE_MS - 1);
    expect(window.place).toEqual(onLeft);
    clock.advance(1);
    expect(window.place).toMatchObject({
      bounds: { x: 2000, y: 10, width: 700, height: 500 },
      display: right.bounds,
    });
    expect(changes).toBe(1);
  });

  test('of a maximized window is that of the normal one', () => {
    const { window, fake } = open();
    fake.setMaximized(true);
    fake.setBounds(left.workArea);
    clock.advance(SETTLE_MS);
    expect(window.place).toMatchObject({ mode: 'maximized', bounds: onLeft.bounds });
  });

  test('is not where the system moved it when its display went, and not where it is moved while that is away', () => {
    const { window, fake } = open(onRight);
    fake.isMovedTo({ x: 50, y: 50, width: 800, height: 600 });
    clock.advance(SETTLE_MS / 2);
    shell.plug(left);
    clock.advance(SETTLE_MS);
    fake.isMovedTo({ x: 300, y: 300, width: 640, height: 480 });
    clock.advance(SETTLE_MS);
    expect(window.place).toEqual(onRight);
    expect(changes).toBe(0);
    shell.plug(left, displayAt(1920, 0, { id: 77 }));
    expect(fake.bounds).toEqual(onRight.bounds);
  });

  test('is not where the system moved it before it told that a display went', () => {
    const { window, fake } = open(onRight);
    shell.shownDisplays = [left];
    fake.isMovedTo({ x: 50, y: 50, width: 800, height: 600 });
    clock.advance(SETTLE_MS);
    expect(window.place).toEqual(onRight);
  });

  test('stays while all displays are off', () => {
    const { window, fake } = open(onRight);
    shell.plug();
    fake.isMovedTo({ x: 0, y: 0, width: 640, height: 480 });
    clock.advance(SETTLE_MS);
    expect(window.place).toEqual(onRight);
    shell.plug(left, right);
    expect(fake.bounds).toEqual(onRight.bounds);
  });

  test('is left alone by a change of another display', () => {
    const { fake } = open();
    fake.isMovedTo({ x: 120, y: 100, width: 800, height: 600 });
    shell.plug(left);
    expect(fake.bounds).toEqual({ x: 120, y: 100, width: 800, height: 600 });
    expect(lines).toEqual([]);
  });
});

describe('kiosk', () => {
  test('fills the chosen display and keeps it on until it is left', () => {
    const { window, fake } = open();
    window.setKiosk(true, right);
    expect([window.isKiosk, fake.isKiosk, shell.keptOn]).toEqual([true, true, 1]);
    expect(window.place).toMatchObject({ mode: 'kiosk', display: right.bounds });
    expect(fake.bounds.x).toBeGreaterThanOrEqual(right.bounds.x);
    window.setKiosk(true, left);
    expect(shell.keptOn).toBe(1);
    window.setKiosk(false);
    expect([window.isKiosk, fake.isKiosk, shell.keptOn]).toEqual([false, false, 0]);
    clock.advance(SETTLE_MS);
    expect(window.place.mode).toBe('normal');
  });

  test('without a choice fills the display that the window is on', () => {
    const { window } = open(onRight);
    window.setKiosk(true);
    expect(window.place.display).toEqual(right.bounds);
  });

  test('that is remembered keeps its display on from the start, and lets go when it is closed', () => {
    const { window } = open({ ...onRight, mode: 'kiosk' });
    expect(shell.keptOn).toBe(1);
    window.close();
    expect(shell.keptOn).toBe(0);
  });

  test('goes to another display without its own, and fills its own again', () => {
    const { window, fake } = open({ ...onRight, mode: 'kiosk' });
    shell.plug(left);
    expect([fake.bounds, fake.isKiosk]).toEqual([left.bounds, true]);
    clock.advance(SETTLE_MS);
    shell.plug(left, right);
    expect([fake.bounds, fake.isKiosk]).toEqual([right.bounds, true]);
    expect(window.place).toEqual({ ...onRight, mode: 'kiosk' });
    expect(lines).toEqual(['window 1: its display is gone, it is shown on another', 'window 1: back on its display']);
  });

  test('is left by the key for full screen', () => {
    const { window, fake } = open();
    window.setKiosk(true);
    window.toggleFullScreen();
    expect([fake.isKiosk, fake.isFullScreen]).toEqual([false, false]);
    window.toggleFullScreen();
    expect(fake.isFullScreen).toBe(true);
  });
});

test('a closed window keeps its place and what it showed, and is asked nothing more', () => {
  const { window, fake } = open();
  window.showCity();
  fake.shows('c=3');
  fake.isMovedTo({ x: 1, y: 2, width: 700, height: 500 });
  window.close();
  clock.advance(SETTLE_MS + HANG_MS);
  expect(window.place).toEqual({ ...onLeft, fragment: 'c=3' });
  expect(window.isFocused).toBe(false);
  expect(closed).toEqual([window]);
});

test('what a page was refused is in the log, though not at any length', () => {
  const { fake } = open();
  fake.emit('refused', `navigation to https://example.org/${'a'.repeat(100_000)}`);
  expect(lines[0]).toMatch(/^window 1: refused navigation to https:\/\/example\.org\/a{200,300}$/);
});
