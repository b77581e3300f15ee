import { expect, test } from 'vitest';
import { CameraPilot } from './camera-pilot.ts';

const LIMITS = { bounds: [71.2, 51, 71.7, 51.3], minRange: 100, maxRange: 20_000, minPitchDegrees: 8 } as const;
const HOME = { lon: 71.43, lat: 51.13, range: 2000, headingDegrees: 0, pitchDegrees: 40 };

/** Ticks every 16 ms until nothing is left to do; answers how often the camera came to rest. */
function settle(pilot: CameraPilot, from = 0): { readonly rests: number; readonly ms: number } {
  let rests = 0;
  for (let now = from; now < from + 20_000; now += 16) {
    const { rested, done } = pilot.tick(now);
    if (rested) rests++;
    if (done) return { rests, ms: now - from };
  }
  throw new Error('the camera never came to rest');
}

test('a pilot that nobody asks anything comes to rest once, at home', () => {
  const pilot = new CameraPilot(HOME, LIMITS, () => false);
  expect(settle(pilot).rests).toBe(1);
  expect(pilot.view).toEqual(HOME);
  expect(settle(pilot, 30_000).rests).toBe(0);
});

test('a flight arrives and then the camera rests', () => {
  const pilot = new CameraPilot(HOME, LIMITS, () => false);
  settle(pilot);
  const there = { ...HOME, lon: 71.5, range: 500 };
  pilot.flyTo(there, 30_000, false);
  expect(settle(pilot, 30_000).ms).toBeGreaterThan(300);
  expect(pilot.view).toEqual(there);
});

test('who wants no motion is there at once', () => {
  const pilot = new CameraPilot(HOME, LIMITS, () => true);
  pilot.flyTo({ ...HOME, range: 500 }, 0, false);
  expect(pilot.view.range).toBe(500);
  pilot.zoomBy(0.5, undefined);
  expect(pilot.view.range).toBe(250);
});

test('turns of the wheel add up, and the zoom ends exactly there', () => {
  const pilot = new CameraPilot(HOME, LIMITS, () => false);
  pilot.zoomBy(0.5, undefined);
  pilot.zoomBy(0.5, undefined);
  settle(pilot);
  expect(pilot.view.range).toBeCloseTo(500, 6);
});

test('a smooth zoom moves towards its anchor as far as a jump would', () => {
  const smooth = new CameraPilot(HOME, LIMITS, () => false);
  const jump = new CameraPilot(HOME, LIMITS, () => true);
  for (const pilot of [smooth, jump]) pilot.zoomBy(0.25, { east: 400, north: -300 });
  settle(smooth);
  expect(smooth.view.lon).toBeCloseTo(jump.view.lon, 6);
  expect(smooth.view.lat).toBeCloseTo(jump.view.lat, 6);
});

test('coasting dies away within a second', () => {
  const pilot = new CameraPilot(HOME, LIMITS, () => false);
  pilot.coast({ east: 2, north: 0 });
  expect(settle(pilot).ms).toBeLessThan(1200);
  expect(pilot.view.lon).toBeGreaterThan(HOME.lon);
});

test('a hand on the camera ends its flight', () => {
  const pilot = new CameraPilot(HOME, LIMITS, () => false);
  pilot.flyTo({ ...HOME, lon: 71.6 }, 0, false);
  pilot.tick(0);
  pilot.tick(100);
  pilot.move(pilot.view);
  const held = pilot.view;
  pilot.tick(1000);
  expect(pilot.view).toEqual(held);
});

test('no movement leaves the limits', () => {
  const pilot = new CameraPilot(HOME, LIMITS, () => false);
  pilot.moveBy({ east: 1e6, north: 1e6 });
  expect(pilot.view.lon).toBe(71.7);
  expect(pilot.view.lat).toBe(51.3);
  pilot.move({ ...HOME, pitchDegrees: -20 });
  expect(pilot.view.pitchDegrees).toBe(8);
});
