import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { TimerWheel } from './timer-wheel.ts';

const T0 = 1_700_000_000_000;

function wheelOf(periods: readonly number[]) {
  const clock = new ManualClock(T0);
  const fired: { item: number; at: number }[] = [];
  const onDue = (item: number) => fired.push({ item, at: clock.now() });
  const wheel = new TimerWheel({ clock, capacity: periods.length, onDue });
  for (const period of periods) wheel.add(period);
  return { clock, wheel, fired };
}

test('every item falls due once per period, whatever the period', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 20, max: 100_000 }), { minLength: 1, maxLength: 20 }), (periods) => {
      const { clock, wheel, fired } = wheelOf(periods);
      wheel.start();
      clock.advance(200_000);
      periods.forEach((period, item) => {
        const times = fired.filter((one) => one.item === item).map((one) => one.at);
        expect(Math.abs(times.length - 200_000 / period)).toBeLessThanOrEqual(1);
        for (let i = 1; i < times.length; i++) {
          expect(Math.abs((times[i] as number) - (times[i - 1] as number) - period)).toBeLessThanOrEqual(20);
        }
      });
      expect(wheel.skipped).toBe(0);
    }),
    { numRuns: 30 },
  );
});

test('load is even: of 5,000 items of 10 s, no 20 ms has twice the mean', () => {
  const { clock, wheel, fired } = wheelOf(Array.from({ length: 5_000 }, () => 10_000));
  wheel.start();
  clock.advance(10_020);
  const perTick = new Map<number, number>();
  for (const { at } of fired) perTick.set(at, (perTick.get(at) ?? 0) + 1);
  expect(fired.length).toBeGreaterThanOrEqual(5_000);
  expect(Math.max(...perTick.values())).toBeLessThan(20);
});

test('what was missed while the process stood still is left out and counted', () => {
  const clock = new ManualClock(T0);
  let tick = () => {};
  let fired = 0;
  const wheel = new TimerWheel({
    // A timer that was kept from running: it comes only when the test says so.
    clock: {
      now: () => clock.now(),
      after: () => () => {},
      every: (_periodMs, run) => {
        tick = run;
        return () => {};
      },
    },
    capacity: 1,
    onDue: () => fired++,
  });
  wheel.add(1_000);
  wheel.start();
  clock.advance(600_000);
  tick();
  expect({ fired, skipped: wheel.skipped }).toEqual({ fired: 1, skipped: 599 });
  clock.advance(1_020);
  tick();
  // Due at 0, 1, … 601 s: 602 times in all.
  expect({ fired, skipped: wheel.skipped }).toEqual({ fired: 3, skipped: 599 });
});

test('nothing falls due after the stop', () => {
  const { clock, wheel, fired } = wheelOf([50]);
  wheel.start();
  clock.advance(500);
  wheel.stop();
  const before = fired.length;
  clock.advance(500);
  expect(fired.length).toBe(before);
});
