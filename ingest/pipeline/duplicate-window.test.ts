import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DuplicateWindow, WINDOW_DEPTH } from './duplicate-window.ts';
import { RecentReadings } from './recent-readings.ts';

const reading = fc.record({
  index: fc.nat({ max: 3 }),
  time: fc.constantFrom(0, -0, 1, 1.5, 2, Number.MAX_VALUE),
  value: fc.constantFrom(0, -0, 7, Number.NaN),
  status: fc.constantFrom(0, 0x80000000),
  text: fc.constantFrom(undefined, '', 'a'),
});
type Sent = typeof reading extends fc.Arbitrary<infer T> ? T : never;

function same(a: Sent, b: Sent): boolean {
  // Times are numbers and not bits: a reading at −0 is one at 0.
  return (
    a.index === b.index &&
    a.time === b.time &&
    Object.is(a.value, b.value) &&
    a.status === b.status &&
    a.text === b.text
  );
}

test('recent readings are exactly the last ones, less the forgotten', () => {
  const step = fc.oneof({ weight: 5, arbitrary: reading }, { weight: 1, arbitrary: fc.record({ forget: reading }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), reading, (steps, asked) => {
      const recent = new RecentReadings(8);
      let model: (Sent | undefined)[] = [];
      for (const each of steps) {
        if ('forget' in each) {
          const { forget } = each;
          recent.forget(forget.index, forget.time, forget.value, forget.text);
          model = model.map((known) =>
            known !== undefined && same(known, { ...forget, status: known.status }) ? undefined : known,
          );
        } else {
          recent.add(each.index, each.time, each.value, each.status, each.text);
          model = [...model, each].slice(-8);
        }
      }
      const expected = model.some((known) => known !== undefined && same(known, asked));
      expect(recent.has(asked.index, asked.time, asked.value, asked.status, asked.text)).toBe(expected);
    }),
    { numRuns: 2_000 },
  );
});

test('the last readings of a datastream stay known, however much others send', () => {
  const window = new DuplicateWindow();
  for (let n = 0; n < WINDOW_DEPTH; n++) window.remember(1, n, n, 0, n);
  for (let n = 0; n < 600_000; n++) window.remember(2 + (n % 1_000), n, n, 0, n);
  for (let n = 0; n < WINDOW_DEPTH; n++) expect(window.isDuplicate(1, n, n, 0)).toBe(true);
  expect(window.isDuplicate(1, 0, 1, 0)).toBe(false);
});

test('a burst of one datastream stays known as long as it is recent', () => {
  const window = new DuplicateWindow();
  for (let n = 0; n < 10_000; n++) window.remember(1, n, n, 0, n);
  for (let n = 0; n < 10_000; n += 97) expect(window.isDuplicate(1, n, n, 0)).toBe(true);
});

test('what is forgotten is new again, the rest is not', () => {
  const window = new DuplicateWindow();
  window.remember(1, 5, 1, 0, 0);
  window.remember(1, 6, 1, 0, 1);
  window.remember(2, 5, Number.NaN, 0, 2, 'a');
  window.forget(1, 5, 1);
  window.forget(1, 6, 2);
  expect([
    window.isDuplicate(1, 5, 1, 0),
    window.isDuplicate(1, 6, 1, 0),
    window.isDuplicate(2, 5, Number.NaN, 0, 'a'),
    window.isDuplicate(2, 5, Number.NaN, 0, 'b'),
  ]).toEqual([false, true, true, false]);
});
