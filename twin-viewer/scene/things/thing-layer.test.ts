import { expect, test } from 'vitest';
import { APPEARANCE_CODE, ThingStates } from '../../state/thing-states.ts';
import { cameraFrame } from '../camera/camera-frame.ts';
import { localFrame } from '../camera/local-frame.ts';
import type { DotLayer } from './dot-layer.ts';
import { pickThing } from './pick-thing.ts';
import { ThingLayer } from './thing-layer.ts';

const { good, urgent } = APPEARANCE_CODE as { good: number; urgent: number };
const FRAME = localFrame(71.43, 51.13);
const noDots = { setPlaces: () => {}, apply: () => 0 } as unknown as DotLayer;

/** Looks straight down on the origin: a metre is a tenth of a pixel, north is up. */
// biome-ignore format: columns
const DOWN = Float64Array.of(
  1 / 500, 0, 0, 0,
  0, 1 / 500, 0, 0,
  0, 0, 0, 0,
  0, 0, 0, 10,
);
const VIEW = { lon: 71.43, lat: 51.13, range: 500, headingDegrees: 0, pitchDegrees: 90 };
const CAMERA = cameraFrame(VIEW, { fovY: 0.7, width: 1000, height: 1000 }, DOWN);

function layer(places: readonly (readonly [east: number, north: number] | undefined)[]) {
  const states = new ThingStates();
  states.resize(places.length);
  for (let thing = 0; thing < places.length; thing++) states.set(thing, good);
  const things = new ThingLayer(noDots, FRAME, 10_000);
  const metres = { lon: 69_980, lat: 111_260 };
  const at = (place: readonly [number, number]) => ({
    lon: 71.43 + place[0] / metres.lon,
    lat: 51.13 + place[1] / metres.lat,
  });
  things.setThings(
    places.map((place, i) => ({ id: `t${i}`, type: 'parking', label: '', location: place && at(place) })),
    states,
  );
  things.drain(states);
  return { things, states };
}

test('an unplaced Thing has no slot and does no harm', () => {
  const { things } = layer([undefined, [100, 0]]);
  expect(things.slotOf(0)).toBe(-1);
  expect(things.slotOf(1)).toBe(0);
  expect(things.slotOf(99)).toBe(-1);
});

test('what changed is drained into the slots in whatever order they lie', () => {
  const { things, states } = layer([
    [1000, 1000],
    [-1000, -1000],
    [1000, -1000],
  ]);
  states.set(1, urgent);
  things.drain(states);
  expect(things.appearance[things.slotOf(1)]).toBe(urgent);
  expect(things.appearance[things.slotOf(0)]).toBe(good);
});

test('the pointer means the nearest dot, a symbol before a dot, and nothing where nothing is', () => {
  const { things, states } = layer([
    [0, 0],
    [60, 0],
    [3000, 0],
  ]);
  things.update(CAMERA, undefined);
  const x = (thing: number) => things.screen.x[things.slotOf(thing)] as number;
  expect(pickThing(things, x(0) + 1, 500, () => 0)).toBe(0);
  expect(pickThing(things, x(1) + 1, 500, () => 0)).toBe(1);
  expect(pickThing(things, x(2), 700, () => 0)).toBeUndefined();
  states.set(1, urgent);
  things.drain(states);
  things.update(CAMERA, undefined);
  expect(pickThing(things, x(0), 500, () => 0)).toBe(1);
});

test('a lifted symbol is picked where it is drawn', () => {
  const { things, states } = layer([[0, 0]]);
  states.set(0, urgent);
  things.drain(states);
  things.update(CAMERA, undefined);
  expect(pickThing(things, 500, 470, () => 30)).toBe(0);
});

test('a hidden Thing cannot be picked and has no symbol', () => {
  const { things, states } = layer([[0, 0]]);
  states.set(0, urgent);
  things.drain(states);
  things.setVisible(Uint8Array.of(0));
  things.update(CAMERA, undefined);
  expect(things.groups.count).toBe(0);
  expect(pickThing(things, 500, 500, () => 0)).toBeUndefined();
});
