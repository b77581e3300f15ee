import { expect, test } from 'vitest';
import type { PackThing } from '#devices/catalog/city-pack.ts';
import { THING_TEMPLATES } from '#devices/catalog/thing-templates.ts';
import type { ThingId } from '#devices/model/thing.ts';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { Fleet } from './fleet.ts';
import { type Lane, newTally } from './lane.ts';
import { groupsOf, type Sample, type SampleGroup } from './sample-group.ts';
import { Sampler } from './sampler.ts';

const T0 = Date.UTC(2026, 10, 23, 9);
const HOUR_MS = 3_600_000;

/** Takes everything while it is open. */
class NotingLane implements Lane {
  readonly tally = newTally('noting');
  readonly sent: { readonly group: SampleGroup; readonly sample: Sample }[] = [];
  open = true;

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  accepts(group: SampleGroup): boolean {
    if (!this.open) this.tally.refused += group.streams.length;
    return this.open;
  }

  send(group: SampleGroup, sample: Sample): void {
    this.tally.published += sample.results.length;
    this.sent.push({ group, sample });
  }
}

function thing(number: number, type: 'water-level' | 'air-station'): PackThing {
  return {
    id: `${type}-${number}` as ThingId,
    type,
    datastreams: THING_TEMPLATES[type].datastreams,
    transport: 'mqtt',
  };
}

function fleetOf(things: readonly PackThing[]) {
  const clock = new ManualClock(T0);
  const lane = new NotingLane();
  const sampler = new Sampler(1, 'Asia/Almaty');
  const fleet = new Fleet({ clock, sampler, members: things.map((each) => ({ thing: each, lane })) });
  return { clock, lane, sampler, fleet };
}

const sequenceOf = (sample: Sample) => Math.round((sample.time - Math.floor(sample.time)) * 1000);

test('the microseconds of a group count its samples from 0 without a gap, whatever fails and whenever it was refused', () => {
  const { clock, lane, fleet } = fleetOf(Array.from({ length: 300 }, (_, at) => thing(at, 'air-station')));
  fleet.start();
  for (let part = 0; part < 12; part++) {
    lane.open = part % 3 !== 1;
    clock.advance(HOUR_MS / 12);
  }
  const byGroup = Map.groupBy(lane.sent, ({ group }) => group);
  expect(byGroup.size).toBeGreaterThan(290);
  for (const sent of byGroup.values()) {
    expect(sent.map(({ sample }) => sequenceOf(sample))).toEqual(sent.map((_, at) => at % 1000));
  }
  expect(lane.tally.refused).toBeGreaterThan(0);
});

test('the rate is that of the intervals', () => {
  const { clock, lane, fleet } = fleetOf(Array.from({ length: 100 }, (_, at) => thing(at, 'water-level')));
  fleet.start();
  clock.advance(600_000);
  // Three datastreams every 5 s and one every 10 s; at most 2 % of the Things are silent at a time.
  expect(lane.tally.published).toBeGreaterThan(100 * 600 * 0.7 * 0.97);
  expect(lane.tally.published).toBeLessThanOrEqual(100 * 600 * 0.7 + 400);
});

test('a device that was cut off delivers what it measured, in order, and nothing before', () => {
  const { clock, lane, sampler, fleet } = fleetOf(Array.from({ length: 2_000 }, (_, at) => thing(at, 'air-station')));
  const late = Array.from({ length: 2_000 }, (_, at) => thing(at, 'air-station')).flatMap((each) => {
    const fault = sampler.faultOf(each, T0 + 60_000);
    return fault?.kind === 'late' ? [{ id: each.id, until: fault.until }] : [];
  });
  expect(late.length).toBeGreaterThan(0);
  fleet.start();
  clock.advance(HOUR_MS / 6);
  for (const { id, until } of late) {
    const times = lane.sent.filter(({ group }) => group.thing.id === id).map(({ sample }) => sample.time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.filter((time) => time > T0 + 60_000 && time < until).length).toBeGreaterThan(0);
  }
  expect(fleet.report().overflowed).toBe(0);
});

test('the same seed and clock give the same readings', () => {
  const run = () => {
    const { clock, lane, fleet } = fleetOf([thing(1, 'air-station'), thing(2, 'water-level')]);
    fleet.start();
    clock.advance(120_000);
    return lane.sent.map(({ group, sample }) => [group.thing.id, sample]);
  };
  expect(run()).toEqual(run());
});

test('datastreams of one interval are one group', () => {
  const groups = groupsOf(thing(1, 'water-level'));
  expect(groups.map(({ intervalMs, streams }) => [intervalMs, streams.map(({ property }) => property)])).toEqual([
    [5_000, ['level', 'flow', 'rise']],
    [10_000, ['temperature']],
  ]);
});
