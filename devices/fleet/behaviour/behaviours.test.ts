import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { THING_TEMPLATES } from '#devices/catalog/thing-templates.ts';
import { type KnownThingType, THING_TYPES } from '#devices/model/thing.ts';
import { LocalClock } from '../local-time.ts';
import { BEHAVIOURS, behaviourOf } from './behaviours.ts';
import { parkingCapacity } from './parking.ts';
import type { Moment, Subject } from './subject.ts';
import { weatherAt } from './weather.ts';

const CITY_SEED = 7;
const clock = new LocalClock('Asia/Almaty');

function subject(type: KnownThingType, seed: number, at = { lon: 71.43, lat: 51.13 }): Subject {
  return { seed, citySeed: CITY_SEED, ...at, datastreams: THING_TEMPLATES[type].datastreams };
}

function moment(time: number, at = { lon: 71.43, lat: 51.13 }): Moment {
  const local = clock.at(time);
  return { time, ...local, weather: weatherAt(CITY_SEED, at.lon, at.lat, time, local.hour) };
}

const seeds = fc.integer({ min: 0, max: 0xffffffff });
const times = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2028, 0, 1) });

describe.each(THING_TYPES)('%s', (type) => {
  test('gives a finite value for each quantity of its template at any moment', () => {
    const properties = THING_TEMPLATES[type].datastreams.map(({ property }) => property);
    fc.assert(
      fc.property(seeds, times, (seed, time) => {
        const values = BEHAVIOURS[type](subject(type, seed), moment(time));
        return properties.every((property) => Number.isFinite(values[property]));
      }),
    );
  });

  test('is the same for the same seed and time', () => {
    fc.assert(
      fc.property(seeds, times, (seed, time) => {
        const once = BEHAVIOURS[type](subject(type, seed), moment(time));
        expect(BEHAVIOURS[type](subject(type, seed), moment(time))).toEqual(once);
      }),
    );
  });

  test('differs between two Things of the type', () => {
    const noon = moment(Date.UTC(2026, 5, 3, 7, 7, 7));
    expect(BEHAVIOURS[type](subject(type, 1), noon)).not.toEqual(BEHAVIOURS[type](subject(type, 2), noon));
  });
});

test('free and occupied spaces of a car park sum to its capacity, and neither is negative', () => {
  fc.assert(
    fc.property(seeds, times, (seed, time) => {
      const park = subject('parking', seed);
      const { free, occupied } = BEHAVIOURS.parking(park, moment(time)) as { free: number; occupied: number };
      return free + occupied === parkingCapacity(park) && free >= 0 && occupied >= 0;
    }),
  );
});

test('a car park has the capacity that its pack says', () => {
  const park = subject('parking', 5);
  const own = park.datastreams.map((stream) =>
    stream.property === 'occupied' ? { ...stream, range: [0, 123] as const } : stream,
  );
  expect(parkingCapacity({ ...park, datastreams: own })).toBe(123);
});

test('an energy meter never runs back', () => {
  fc.assert(
    fc.property(seeds, times, fc.integer({ min: 1, max: 200_000_000 }), (seed, time, later) => {
      const house = subject('building-energy', seed);
      const before = BEHAVIOURS['building-energy'](house, moment(time)).energy as number;
      const after = BEHAVIOURS['building-energy'](house, moment(time + later)).energy as number;
      return after >= before;
    }),
  );
});

test('a working day has its rush hours: more cars at 8:30 and 18:30 than at 3:00', () => {
  const flow = (hourUtc: number) => {
    const at = moment(Date.UTC(2026, 10, 24, hourUtc - 5, 30));
    let sum = 0;
    for (let seed = 0; seed < 200; seed++)
      sum += BEHAVIOURS['traffic-detector'](subject('traffic-detector', seed), at).flow as number;
    return sum / 200;
  };
  expect(flow(8)).toBeGreaterThan(3 * flow(3 + 24));
  expect(flow(18)).toBeGreaterThan(3 * flow(3 + 24));
});

test('all units of the grid show the same frequency', () => {
  const at = moment(Date.UTC(2026, 10, 24, 10));
  const hertz = [1, 2, 3].map((seed) => BEHAVIOURS['power-plant'](subject('power-plant', seed), at).frequency);
  expect(new Set(hertz).size).toBe(1);
});

test('neighbours share their weather: one kilometre makes less than 1 K and 2 m/s', () => {
  fc.assert(
    fc.property(times, (time) => {
      const here = moment(time, { lon: 71.43, lat: 51.13 }).weather;
      const there = moment(time, { lon: 71.43, lat: 51.139 }).weather;
      return Math.abs(here.temperature - there.temperature) < 1 && Math.abs(here.windSpeed - there.windSpeed) < 2;
    }),
  );
});

test('a Thing of an unknown type stays in the middle of its ranges', () => {
  const stranger: Subject = {
    ...subject('parking', 3),
    datastreams: [{ property: 'depth', resultType: 'number', range: [10, 20] }],
  };
  const { depth } = behaviourOf('submarine')(stranger, moment(Date.UTC(2026, 0, 1))) as { depth: number };
  expect(depth).toBeGreaterThan(13);
  expect(depth).toBeLessThan(17);
});
