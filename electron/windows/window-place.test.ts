import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Display, Rectangle } from '../shell/shell.ts';
import { displayAt } from '../shell/testing/fake-shell.ts';
import { displayOf, newPlace, planWindow, type WindowMode, type WindowPlace } from './window-place.ts';

const rectangle = fc.record({
  x: fc.integer({ min: -20_000, max: 20_000 }),
  y: fc.integer({ min: -20_000, max: 20_000 }),
  width: fc.integer({ min: 1, max: 16_000 }),
  height: fc.integer({ min: 1, max: 16_000 }),
});
const mode = fc.constantFrom<WindowMode>('normal', 'maximized', 'full-screen', 'kiosk');

/** Displays in a grid, as walls are, each with a bar of its own size at one edge. */
const displays = fc
  .record({
    columns: fc.integer({ min: 1, max: 4 }),
    rows: fc.integer({ min: 1, max: 3 }),
    width: fc.integer({ min: 640, max: 7680 }),
    height: fc.integer({ min: 480, max: 4320 }),
    bar: fc.integer({ min: 0, max: 60 }),
    from: fc.integer({ min: -8000, max: 8000 }),
  })
  .map(({ columns, rows, width, height, bar, from }) =>
    Array.from({ length: columns * rows }, (_, i): Display => {
      const bounds = { x: from + (i % columns) * width, y: Math.floor(i / columns) * height, width, height };
      return { id: i, bounds, workArea: { ...bounds, y: bounds.y + bar, height: height - bar }, isPrimary: i === 0 };
    }),
  );
const place = fc.record({ bounds: rectangle, display: rectangle, mode, fragment: fc.string() });

function isInside(inner: Rectangle, outer: Rectangle): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

describe('wherever a window belongs, and whatever displays there are', () => {
  test('it is planned wholly inside the work area of one display, or fills one', () => {
    fc.assert(
      fc.property(place, displays, (belongs, all) => {
        const { bounds } = planWindow(belongs, all);
        const isFilling = belongs.mode === 'kiosk' || belongs.mode === 'full-screen';
        if (isFilling) expect(all.map((display) => display.bounds)).toContainEqual(bounds);
        else expect(all.some((display) => isInside(bounds, display.workArea))).toBe(true);
      }),
    );
  });

  test('it is never larger than it was, and keeps its mode', () => {
    fc.assert(
      fc.property(place, displays, (belongs, all) => {
        const planned = planWindow(belongs, all);
        expect(planned.mode).toBe(belongs.mode);
        if (belongs.mode === 'kiosk' || belongs.mode === 'full-screen') return;
        expect(planned.bounds.width).toBeLessThanOrEqual(belongs.bounds.width);
        expect(planned.bounds.height).toBeLessThanOrEqual(belongs.bounds.height);
      }),
    );
  });

  test('a window that is where it was planned is planned there again', () => {
    fc.assert(
      fc.property(place, displays, (belongs, all) => {
        const { bounds } = planWindow(belongs, all);
        const display = displayOf(bounds, all).bounds;
        expect(planWindow({ ...belongs, bounds, display }, all)).toMatchObject({ bounds, isAway: false });
      }),
    );
  });

  test('a display that goes and comes back gives it its old place', () => {
    fc.assert(
      fc.property(displays, fc.nat(), rectangle, mode, (all, which, wanted, kind) => {
        const home = all[which % all.length] as Display;
        const { bounds } = planWindow({ bounds: wanted, display: home.bounds, mode: kind, fragment: '' }, all);
        const belongs: WindowPlace = { bounds, display: home.bounds, mode: kind, fragment: '' };
        const others = all.filter((display) => display !== home);
        // What is planned while it is away is not where it belongs.
        if (others.length > 0) expect(planWindow(belongs, others).isAway).toBe(true);
        const again = all.map((display) => ({ ...display, id: display.id + 100 }));
        expect(planWindow(belongs, again)).toEqual({ bounds, mode: kind, isAway: false });
      }),
    );
  });

  test('a new window is wholly inside the work area of the display that is named with it', () => {
    fc.assert(
      fc.property(displays, fc.option(place, { nil: undefined }), (all, beside) => {
        const { bounds, display } = newPlace(all, beside);
        const home = all.find((each) => each.bounds === display) as Display;
        expect(isInside(bounds, home.workArea)).toBe(true);
      }),
    );
  });
});

const left = displayAt(0, 0);
const right = displayAt(1920, 0);
const below = displayAt(0, 1080);
const on = (display: Display, bounds: Rectangle, kind: WindowMode = 'normal'): WindowPlace => ({
  ...{ bounds, display: display.bounds, mode: kind, fragment: '' },
});

test('a window keeps its share of the display when it is a guest on another', () => {
  const guest = planWindow(on(right, { x: 1920 + 960, y: 540, width: 400, height: 300 }), [left]);
  expect(guest).toEqual({ bounds: { x: 960, y: 540, width: 400, height: 300 }, mode: 'normal', isAway: true });
});

test('a guest goes to the nearest display', () => {
  const far = displayAt(5000, 0);
  expect(planWindow(on(far, far.workArea, 'kiosk'), [left, right, below]).bounds).toEqual(right.bounds);
});

test('the first window is in the middle of the primary display, 1600×900 where that fits', () => {
  const all = [displayAt(-1920, 0, { isPrimary: false }), left];
  expect(newPlace(all).bounds).toEqual({ x: 160, y: 70, width: 1600, height: 900 });
  const small = { ...left, workArea: { x: 0, y: 0, width: 1024, height: 728 } };
  expect(newPlace([small]).bounds).toEqual(small.workArea);
});

test('one more window stands beside the newest and shows the same', () => {
  const newest = { ...on(right, { x: 2000, y: 100, width: 800, height: 600 }), fragment: 'c=1' };
  expect(newPlace([left, right], newest)).toEqual({ ...newest, bounds: { x: 2032, y: 132, width: 800, height: 600 } });
});

test('beside one that fills its display a new window is a normal one in the middle', () => {
  const { bounds, mode: kind } = newPlace([left, right], on(right, right.bounds, 'kiosk'));
  expect({ bounds, kind }).toEqual({ bounds: { x: 2080, y: 70, width: 1600, height: 900 }, kind: 'normal' });
});

test('a window is on the display with the largest part of it, and on the primary one where it is on none', () => {
  expect(displayOf({ x: 1800, y: 0, width: 1000, height: 500 }, [left, right])).toBe(right);
  expect(displayOf({ x: 1000, y: 0, width: 1000, height: 500 }, [left, right])).toBe(left);
  expect(displayOf({ x: -9000, y: 0, width: 10, height: 10 }, [right, left])).toBe(left);
});
