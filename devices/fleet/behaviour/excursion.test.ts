import { expect, test } from 'vitest';
import type { DatastreamSpec } from '#devices/model/datastream.ts';
import { judgeLimits } from '#devices/model/limits.ts';
import { withExcursion } from './excursion.ts';
import type { Moment, Subject } from './subject.ts';

const oil: DatastreamSpec = {
  property: 'oil',
  resultType: 'number',
  range: [0, 150],
  limits: [
    { side: 'above', value: 80, priority: 'low' },
    { side: 'above', value: 95, priority: 'high' },
  ],
};
const KIND = { share: 0.25, lengthMs: 600_000 };
const subject = (seed: number): Subject => ({ seed, citySeed: 0, lon: 0, lat: 0, datastreams: [oil] });
const at = (time: number) => ({ time }) as Moment;

test('in an excursion a quantity crosses a limit and comes back; without one it stays as it was', () => {
  let crossed = 0;
  let normal = 0;
  for (let seed = 0; seed < 200; seed++) {
    for (let time = 0; time < 1_800_000; time += 30_000) {
      const { oil: value } = withExcursion(subject(seed), at(time), { oil: 50 }, KIND) as { oil: number };
      if (judgeLimits(value, oil.limits) > 0) crossed++;
      if (value === 50) normal++;
      expect(value).toBeGreaterThanOrEqual(50);
      expect(value).toBeLessThanOrEqual(110);
    }
  }
  const all = 200 * 60;
  expect(crossed / all).toBeGreaterThan(0.12);
  expect(crossed / all).toBeLessThan(0.25);
  expect(normal / all).toBeGreaterThan(0.7);
});

test('the lesser limit is reached more often than the grave one', () => {
  const ranks = [0, 0, 0, 0, 0];
  for (let seed = 0; seed < 2000; seed++) {
    const { oil: value } = withExcursion(subject(seed), at(900_000), { oil: 50 }, KIND) as { oil: number };
    const rank = judgeLimits(value, oil.limits);
    ranks[rank] = (ranks[rank] ?? 0) + 1;
  }
  expect(ranks[1]).toBeGreaterThan(ranks[3] as number);
  expect(ranks[3]).toBeGreaterThan(0);
});
