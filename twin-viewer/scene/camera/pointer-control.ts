import type { CameraPilot } from './camera-pilot.ts';
import { basisOf, type GroundPoint, groundAt, type Lens, rotated } from './orbit.ts';

/** CSS pixels that a press may wander and still be a click. */
const CLICK_SLOP = 5;
/** Degrees of turn and tilt per CSS pixel. */
const TURN_PER_PIXEL = 0.25;
const TILT_PER_PIXEL = 0.2;
/** Milliseconds back over which the speed of a letting-go is taken. */
const SPEED_WINDOW_MS = 80;

export interface PointerFacts {
  readonly onClick: (x: number, y: number) => void;
  /** `undefined`: the pointer left the city, or holds it. */
  readonly onPoint: (at: { readonly x: number; readonly y: number } | undefined) => void;
  /** Something was asked of the pilot: a frame is wanted. */
  readonly onAsk: () => void;
}

interface Finger {
  x: number;
  y: number;
}

/**
 * Hands on the city: drag moves the ground under the pointer; right button, or Ctrl or Shift and drag, turns and
 * tilts; the wheel zooms to the pointer; two fingers move, turn and zoom; a double click comes nearer.
 */
export class PointerControl {
  readonly #element: HTMLElement;
  readonly #pilot: CameraPilot;
  readonly #lens: () => Lens;
  readonly #facts: PointerFacts;
  readonly #fingers = new Map<number, Finger>();
  readonly #ended = new AbortController();
  #pressed: { readonly x: number; readonly y: number } | undefined;
  #turning = false;
  #grabbed: GroundPoint | undefined;
  #trail: { readonly time: number; readonly by: GroundPoint }[] = [];

  constructor(element: HTMLElement, pilot: CameraPilot, lens: () => Lens, facts: PointerFacts) {
    this.#element = element;
    this.#pilot = pilot;
    this.#lens = lens;
    this.#facts = facts;
    const signal = this.#ended.signal;
    element.addEventListener('pointerdown', this.#down, { signal });
    element.addEventListener('pointermove', this.#move, { signal });
    element.addEventListener('pointerup', this.#up, { signal });
    element.addEventListener('pointercancel', this.#up, { signal });
    element.addEventListener('pointerleave', () => facts.onPoint(undefined), { signal });
    element.addEventListener('wheel', this.#wheel, { signal, passive: false });
    element.addEventListener('dblclick', this.#doubleClick, { signal });
    element.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
  }

  dispose(): void {
    this.#ended.abort();
  }

  readonly #down = (event: PointerEvent) => {
    this.#element.setPointerCapture(event.pointerId);
    const at = this.#at(event);
    this.#fingers.set(event.pointerId, at);
    this.#pilot.move(this.#pilot.view);
    this.#trail = [];
    if (this.#fingers.size === 1) {
      this.#pressed = at;
      this.#turning = event.button === 2 || event.button === 1 || event.ctrlKey || event.shiftKey;
      this.#grabbed = groundAt(this.#pilot.view, this.#lens(), at.x, at.y);
    } else {
      this.#pressed = undefined;
    }
    this.#facts.onAsk();
  };

  readonly #move = (event: PointerEvent) => {
    const at = this.#at(event);
    const before = this.#fingers.get(event.pointerId);
    if (before === undefined) {
      this.#facts.onPoint(at);
      return;
    }
    if (this.#pressed !== undefined && Math.hypot(at.x - this.#pressed.x, at.y - this.#pressed.y) > CLICK_SLOP) {
      this.#pressed = undefined;
      this.#facts.onPoint(undefined);
    }
    if (this.#fingers.size === 2) this.#pinch(event.pointerId, before, at);
    else if (this.#pressed === undefined) {
      if (this.#turning) this.#turn(at.x - before.x, at.y - before.y);
      else this.#drag(at, event.timeStamp);
    } else return;
    this.#fingers.set(event.pointerId, at);
    this.#facts.onAsk();
  };

  readonly #up = (event: PointerEvent) => {
    const at = this.#at(event);
    const wasClick = this.#pressed !== undefined && event.type === 'pointerup' && event.button === 0;
    this.#fingers.delete(event.pointerId);
    this.#pressed = undefined;
    if (wasClick) this.#facts.onClick(at.x, at.y);
    else if (!this.#turning && this.#fingers.size === 0) this.#release(event.timeStamp);
    const left = [...this.#fingers.values()][0];
    if (left !== undefined) this.#grabbed = groundAt(this.#pilot.view, this.#lens(), left.x, left.y);
    this.#facts.onAsk();
  };

  readonly #wheel = (event: WheelEvent) => {
    event.preventDefault();
    const at = this.#at(event);
    const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : 32);
    const factor = Math.exp(Math.min(200, Math.max(-200, pixels)) * 0.0022);
    this.#pilot.zoomBy(factor, groundAt(this.#pilot.view, this.#lens(), at.x, at.y));
    this.#facts.onAsk();
  };

  readonly #doubleClick = (event: MouseEvent) => {
    const at = this.#at(event);
    this.#pilot.zoomBy(0.5, groundAt(this.#pilot.view, this.#lens(), at.x, at.y));
    this.#facts.onAsk();
  };

  #turn(dx: number, dy: number): void {
    this.#pilot.move(rotated(this.#pilot.view, -dx * TURN_PER_PIXEL, dy * TILT_PER_PIXEL));
  }

  /** Keeps the grabbed point under the pointer; near the horizon, where nothing can be grabbed, moves evenly. */
  #drag(at: Finger, time: number): void {
    const view = this.#pilot.view;
    const under = groundAt(view, this.#lens(), at.x, at.y);
    if (under === undefined || this.#grabbed === undefined) {
      this.#grabbed = under;
      return;
    }
    const by = { east: this.#grabbed.east - under.east, north: this.#grabbed.north - under.north };
    this.#pilot.moveBy(by);
    // The grabbed point now lies under the pointer: told from the new target, it is there.
    this.#grabbed = under;
    this.#trail.push({ time, by });
    if (this.#trail.length > 16) this.#trail.shift();
  }

  #release(now: number): void {
    const recent = this.#trail.filter((step) => now - step.time < SPEED_WINDOW_MS);
    const first = recent[0];
    if (first === undefined || recent.length < 2) return;
    const elapsed = Math.max(16, now - first.time);
    const east = recent.reduce((sum, step) => sum + step.by.east, 0) / elapsed;
    const north = recent.reduce((sum, step) => sum + step.by.north, 0) / elapsed;
    this.#pilot.coast({ east, north });
  }

  #pinch(id: number, before: Finger, at: Finger): void {
    const other = [...this.#fingers].find(([finger]) => finger !== id)?.[1];
    if (other === undefined) return;
    const was = Math.hypot(before.x - other.x, before.y - other.y);
    const is = Math.hypot(at.x - other.x, at.y - other.y);
    const angleWas = Math.atan2(before.y - other.y, before.x - other.x);
    const angleIs = Math.atan2(at.y - other.y, at.x - other.x);
    const turned = ((angleIs - angleWas + Math.PI * 3) % (Math.PI * 2)) - Math.PI;
    const tilt = ((at.y - before.y) / 2) * TILT_PER_PIXEL;
    const view = rotated(this.#pilot.view, (-turned * 180) / Math.PI, tilt);
    const { right } = basisOf(view);
    const slide = (-(at.x - before.x) / 2) * ((2 * Math.tan(this.#lens().fovY / 2) * view.range) / this.#lens().height);
    this.#pilot.move({ ...view, range: (view.range * Math.max(1, was)) / Math.max(1, is) });
    this.#pilot.moveBy({ east: right[0] * slide, north: right[1] * slide });
  }

  #at(event: MouseEvent): Finger {
    const box = this.#element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }
}
