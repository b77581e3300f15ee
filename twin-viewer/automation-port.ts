import type { Viewer } from './panels/viewer.ts';
import { APPEARANCES } from './state/thing-states.ts';

/**
 * `window.__yiping`: what tests and benches may ask of a running screen. Read-only; a Thing or datastream that is not
 * known is undefined. Kept stable, as scripts use it.
 */
export interface AutomationPort {
  readonly version: 1;
  /** Server clock minus this browser's, ms. */
  clockOffset(): number;
  /** The moment the screen shows, epoch ms UTC. */
  presentTime(): number;
  /** Browser time (epoch ms) at which the newest frame of the city was presented; undefined before the first. */
  presentedAt(): number | undefined;
  /** Up to which moment (epoch ms, browser clock) changes are in that frame. */
  presentedUpTo(): number | undefined;
  /** The newest observation of a datastream, by its id `{thing}/{property}`. Times in epoch ms UTC. */
  latest(datastream: string): AutomationReading | undefined;
  /** Calls `run` in the moment in which a newer observation of a datastream is applied. The answer ends it. */
  watch(datastream: string, run: () => void): (() => void) | undefined;
  /** How a Thing shows: `none`, `good`, `stale`, `bad`, `low`, `medium`, `high`, `urgent`. */
  appearance(thing: string): string | undefined;
  /** CSS pixels of a Thing's symbol on the page; undefined where it is not on screen. */
  project(thing: string): { readonly x: number; readonly y: number } | undefined;
  readonly things: number;
  /** Share of the tiles of this view that are loaded, 0–1. */
  readonly tilesLoaded: number;
}

export interface AutomationReading {
  readonly time: number;
  readonly receivedTime: number;
  readonly value: number | string | undefined;
  readonly status: number;
}

declare global {
  interface Window {
    __yiping?: AutomationPort;
  }
}

/** Puts the port on `window` until `signal` is aborted. */
export function openAutomationPort(window: Window, viewer: Viewer, signal: AbortSignal): void {
  const { catalog, latest, states, player, live, view, scene } = viewer;
  let presented: { readonly at: number; readonly upTo: number } | undefined;
  let stopListening: (() => void) | undefined;
  const listen = () => {
    stopListening?.();
    stopListening = scene.getState().scene?.on('presented', ({ time }) => {
      presented = { at: performance.timeOrigin + performance.now(), upTo: time };
    });
  };
  listen();
  const stopFollowing = scene.subscribe(listen);
  const indexOf = (datastream: string) => {
    const slash = datastream.indexOf('/');
    const thing = catalog.things[catalog.numberOf(datastream.slice(0, slash)) ?? -1];
    return thing?.datastreams.find(({ property }) => property === datastream.slice(slash + 1))?.index;
  };
  window.__yiping = Object.freeze<AutomationPort>({
    version: 1,
    clockOffset: () => live.clockOffset(),
    presentTime: () => player.presentTime(),
    presentedAt: () => presented?.at,
    presentedUpTo: () => presented?.upTo,
    latest(datastream) {
      const index = indexOf(datastream);
      return index === undefined ? undefined : latest.reading(index);
    },
    watch(datastream, run) {
      const index = indexOf(datastream);
      return index === undefined ? undefined : latest.watch(index, run);
    },
    appearance(id) {
      const thing = catalog.numberOf(id);
      return thing === undefined ? undefined : APPEARANCES[states.appearance[thing] as number];
    },
    project(id) {
      const thing = catalog.numberOf(id);
      const at = thing === undefined ? undefined : scene.getState().scene?.project(thing);
      const canvas = window.document.querySelector('.city-canvas')?.getBoundingClientRect();
      return at === undefined || canvas === undefined ? undefined : { x: at.x + canvas.x, y: at.y + canvas.y };
    },
    get things() {
      return catalog.things.length;
    },
    get tilesLoaded() {
      return view.getState().tilesLoaded;
    },
  });
  signal.addEventListener('abort', () => {
    stopFollowing();
    stopListening?.();
    delete window.__yiping;
  });
}
