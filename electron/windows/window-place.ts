import type { Display, Rectangle } from '../shell/shell.ts';

export type WindowMode = 'normal' | 'maximized' | 'full-screen' | 'kiosk';

/** Where a window belongs, and what it shows. */
export interface WindowPlace {
  /** Of the window when it is `normal`. */
  readonly bounds: Rectangle;
  /** The bounds of the display that it belongs on: displays get other ids when they are plugged in again. */
  readonly display: Rectangle;
  readonly mode: WindowMode;
  /** Camera, selection and moment, as in the address of the page. */
  readonly fragment: string;
}

/** Where a window is to be now. */
export interface PlannedWindow {
  readonly bounds: Rectangle;
  readonly mode: WindowMode;
  /** The display that it belongs on is not there; it is a guest on another. */
  readonly isAway: boolean;
}

const DEFAULT_WIDTH = 1600;
const DEFAULT_HEIGHT = 900;
/** A second window stands so far beside the first. */
const STEP = 32;

/**
 * Where a window goes that belongs at `place`, with the displays that there are: on its own display as it was, held
 * within its work area; without that on the nearest other one, as large as fits there. Full screen and kiosk fill a display.
 */
export function planWindow(place: WindowPlace, displays: readonly Display[]): PlannedWindow {
  const own = displays.find(({ bounds }) => isSame(bounds, place.display));
  const display = own ?? nearest(place.display, displays);
  const isFilling = place.mode === 'full-screen' || place.mode === 'kiosk';
  const moved = own === undefined ? moveBetween(place.bounds, place.display, display.bounds) : place.bounds;
  const bounds = isFilling ? display.bounds : fitInto(moved, display.workArea);
  return { bounds, mode: place.mode, isAway: own === undefined };
}

/** For the first window, and for one more beside `beside`. */
export function newPlace(displays: readonly Display[], beside?: WindowPlace): WindowPlace {
  const home = beside === undefined ? undefined : displays.find(({ bounds }) => isSame(bounds, beside.display));
  const { workArea, bounds: display } = home ?? primary(displays);
  const width = Math.min(DEFAULT_WIDTH, workArea.width);
  const height = Math.min(DEFAULT_HEIGHT, workArea.height);
  const x = workArea.x + Math.floor((workArea.width - width) / 2);
  const y = workArea.y + Math.floor((workArea.height - height) / 2);
  const wanted =
    beside === undefined || beside.mode !== 'normal'
      ? { x, y, width, height }
      : { ...beside.bounds, x: beside.bounds.x + STEP, y: beside.bounds.y + STEP };
  return { bounds: fitInto(wanted, workArea), display, mode: 'normal', fragment: beside?.fragment ?? '' };
}

/** The display that a window is on: the one with the largest part of it. */
export function displayOf(bounds: Rectangle, displays: readonly Display[]): Display {
  let best = primary(displays);
  let largest = 0;
  for (const display of displays) {
    const shared = overlap(bounds, display.bounds);
    if (shared > largest) [best, largest] = [display, shared];
  }
  return best;
}

export function isSame(a: Rectangle, b: Rectangle): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}

function primary(displays: readonly Display[]): Display {
  const found = displays.find(({ isPrimary }) => isPrimary) ?? displays[0];
  if (found === undefined) throw new Error('There is no display');
  return found;
}

function nearest(to: Rectangle, displays: readonly Display[]): Display {
  let best = primary(displays);
  for (const display of displays) {
    if (distance(to, display.bounds) < distance(to, best.bounds)) best = display;
  }
  return best;
}

/** Between the centres. */
function distance(a: Rectangle, b: Rectangle): number {
  return Math.hypot(a.x + a.width / 2 - b.x - b.width / 2, a.y + a.height / 2 - b.y - b.height / 2);
}

/** At the same share of another display. */
function moveBetween(bounds: Rectangle, from: Rectangle, to: Rectangle): Rectangle {
  const x = to.x + Math.round(((bounds.x - from.x) / from.width) * to.width);
  const y = to.y + Math.round(((bounds.y - from.y) / from.height) * to.height);
  return { ...bounds, x, y };
}

/** As large as it was where that fits, and wholly inside. */
function fitInto(bounds: Rectangle, area: Rectangle): Rectangle {
  const width = Math.min(bounds.width, area.width);
  const height = Math.min(bounds.height, area.height);
  const x = Math.min(Math.max(bounds.x, area.x), area.x + area.width - width);
  const y = Math.min(Math.max(bounds.y, area.y), area.y + area.height - height);
  return { x, y, width, height };
}

function overlap(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}
