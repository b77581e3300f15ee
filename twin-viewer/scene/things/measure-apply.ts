import { PrimitiveCollection } from 'cesium';
import { APPEARANCES, ThingStates } from '../../state/thing-states.ts';
import { cameraFrame, FOV_Y } from '../camera/camera-frame.ts';
import { localFrame } from '../camera/local-frame.ts';
import type { SceneThing } from '../city-scene.ts';
import { DotLayer } from './dot-layer.ts';
import { ThingLayer } from './thing-layer.ts';
import { scatter } from './thinning.ts';

/** One round: milliseconds of JavaScript from changed ThingStates to buffers that Cesium uploads. */
export interface ApplyTimes {
  /** `ThingStates.drain` into the slots. */
  readonly drainMs: number;
  /** Projection, dot styles, symbol groups and the point buffer. */
  readonly updateMs: number;
  /** Dots whose place in the buffer changed. */
  readonly dots: number;
}

/**
 * Changes the appearance of all of `count` Things `rounds` times and measures what the scene does about it, with the
 * scene's own layers and Cesium's own buffers; only the copy to the GPU is left out. Runs in Node and in a browser;
 * `now` is a monotonic clock in milliseconds. For `bench/`.
 */
export function measureApply(count: number, rounds: number, now: () => number): ApplyTimes[] {
  const frame = localFrame(71.43, 51.13);
  const things = new ThingLayer(new DotLayer(new PrimitiveCollection()), frame, 20_000);
  const states = new ThingStates();
  states.resize(count);
  things.setThings(Array.from({ length: count }, scatteredThing), states);
  const camera = overhead();
  const times: ApplyTimes[] = [];
  for (let round = 0; round < rounds; round++) {
    // Every eighth Thing is abnormal: a bad night.
    for (let thing = 0; thing < count; thing++) {
      const abnormal = scatter(thing + round) % 8 === 0;
      states.set(thing, abnormal ? 2 + ((thing + round) % (APPEARANCES.length - 2)) : (round + 1) % 2);
    }
    const start = now();
    things.drain(states);
    const drained = now();
    const dots = things.update(camera, undefined);
    times.push({ drainMs: drained - start, updateMs: now() - drained, dots });
  }
  return times;
}

/** Somewhere within five kilometres of the origin. */
function scatteredThing(_: unknown, thing: number): SceneThing {
  const [x, y] = [scatter(2 * thing) / 2 ** 32 - 0.5, scatter(2 * thing + 1) / 2 ** 32 - 0.5];
  return { id: `t${thing}`, type: 'parking', label: '', location: { lon: 71.43 + x * 0.14, lat: 51.13 + y * 0.09 } };
}

/** A camera that looks straight down from far enough to have every Thing on its 1920×1080 screen. */
function overhead() {
  const range = 4000;
  const matrix = new Float64Array(16);
  matrix[0] = 1 / 6500;
  matrix[5] = 1 / 6500;
  matrix[15] = range;
  for (const at of [0, 5]) matrix[at] = (matrix[at] as number) * range;
  const view = { lon: 71.43, lat: 51.13, range, headingDegrees: 0, pitchDegrees: 90 };
  return cameraFrame(view, { fovY: FOV_Y, width: 1920, height: 1080 }, matrix);
}
