import { expect, test } from 'vitest';
import { ManualClock } from './manual-clock.ts';

test('time stands still until it is told to go on', () => {
  const clock = new ManualClock(100);
  let runs = 0;
  clock.after(10, () => runs++);
  expect([clock.now(), runs]).toEqual([100, 0]);
  clock.advance(9);
  expect([clock.now(), runs]).toEqual([109, 0]);
  clock.advance(1);
  expect([clock.now(), runs]).toEqual([110, 1]);
  clock.advance(1_000);
  expect(runs).toBe(1);
});

test('what falls due runs in the order of time, and sees its own moment', () => {
  const clock = new ManualClock(0);
  const seen: [string, number][] = [];
  clock.after(30, () => seen.push(['late', clock.now()]));
  clock.every(10, () => seen.push(['tick', clock.now()]));
  clock.after(5, () => clock.after(10, () => seen.push(['nested', clock.now()])));
  clock.advance(30);
  expect(seen).toEqual([
    ['tick', 10],
    ['nested', 15],
    ['tick', 20],
    ['late', 30],
    ['tick', 30],
  ]);
});

test('what is cancelled does not run', () => {
  const clock = new ManualClock(0);
  let runs = 0;
  clock.after(5, () => runs++)();
  const stop = clock.every(5, () => runs++);
  clock.advance(10);
  stop();
  clock.advance(10);
  expect(runs).toBe(2);
});
