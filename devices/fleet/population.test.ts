import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PackThing } from '#devices/catalog/city-pack.ts';
import type { ThingId } from '#devices/model/thing.ts';
import { populate } from './population.ts';
import { atSpeed, naturalRate } from './sample-group.ts';

const COUNTS = { parking: 40, 'bus-stop': 25, substation: 4, 'power-plant': 3 };

const pack: readonly PackThing[] = Object.entries(COUNTS).flatMap(([type, count]) =>
  Array.from({ length: count }, (_, at) => ({
    id: `${type}-${at}` as ThingId,
    name: { zh: `${at} 号`, en: `No. ${at}` },
    type,
    location: { lon: 71 + at / 100, lat: 51 },
    datastreams: [{ property: 'x', resultType: 'number' as const, intervalMs: 4_000 }],
    transport: type === 'power-plant' ? ('opcua' as const) : ('mqtt' as const),
  })),
);

test('there are as many Things as asked for, each with an id of its own, the same each time', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), (count) => {
      const things = populate(pack, count);
      expect(things).toHaveLength(count);
      expect(new Set(things.map(({ id }) => id)).size).toBe(count);
      expect(populate(pack, count)).toEqual(things);
    }),
    { numRuns: 60 },
  );
});

test('fewer Things keep every type as long as there is room', () => {
  for (const count of [4, 5, 10, 30, 71]) {
    expect(new Set(populate(pack, count).map(({ type }) => type)).size, `${count}`).toBe(4);
  }
});

test('a copy stands beside its original, has a number and another id; OPC UA Things are not copied', () => {
  const things = populate(pack, 200);
  const [original] = pack as [PackThing];
  const copy = things.find(({ id }) => id === `${original.id}.2`);
  expect(copy?.name).toEqual({ zh: '0 号 2', en: 'No. 0 2' });
  expect(Math.abs((copy?.location?.lon ?? 0) - 71)).toBeLessThan(0.002);
  expect(things.filter(({ transport }) => transport === 'opcua')).toHaveLength(3);
});

test('intervals are divided so that the rate comes out', () => {
  const speed = 100 / naturalRate(pack);
  expect(naturalRate(pack.map((thing) => atSpeed(thing, speed)))).toBeCloseTo(100, 0);
});
