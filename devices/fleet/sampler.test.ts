import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PackThing } from '#devices/catalog/city-pack.ts';
import { THING_TEMPLATES } from '#devices/catalog/thing-templates.ts';
import { isBad, STATUS_CODES } from '#devices/model/status-code.ts';
import { THING_TYPES, type ThingId } from '#devices/model/thing.ts';
import { groupsOf } from './sample-group.ts';
import { Sampler } from './sampler.ts';

const T0 = Date.UTC(2026, 10, 23, 9);

const things = fc
  .record({ type: fc.constantFrom(...THING_TYPES), number: fc.integer({ min: 0, max: 5_000 }) })
  .map(({ type, number }): PackThing => {
    const id = `${type}-${number}` as ThingId;
    return {
      id,
      type,
      location: { lon: 71.4, lat: 51.1 },
      datastreams: THING_TEMPLATES[type].datastreams,
      transport: 'mqtt',
    };
  });

test('a good number lies in the range of its instrument; a bad one is absent', () => {
  const sampler = new Sampler(3, 'Asia/Almaty');
  fc.assert(
    fc.property(things, fc.integer({ min: 0, max: 400 * 86_400_000 }), (thing, after) => {
      for (const group of groupsOf(thing)) {
        const taken = sampler.take(group, T0 + after);
        taken?.sample.results.forEach((result, at) => {
          const stream = group.streams[at];
          if (isBad(result.status)) {
            expect(result.value).toBeUndefined();
          } else if (stream?.resultType === 'boolean') {
            expect(typeof result.value).toBe('boolean');
          } else {
            const [low, high] = stream?.range ?? [Number.NaN, Number.NaN];
            expect(result.value).toBeGreaterThanOrEqual(low);
            expect(result.value).toBeLessThanOrEqual(high);
          }
        });
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a quantity that the behaviour of its type does not know is bad, not invented', () => {
  const sampler = new Sampler(3, 'Asia/Almaty');
  const odd: PackThing = {
    id: 'odd' as ThingId,
    type: 'parking',
    datastreams: [{ property: 'smell', resultType: 'number' }],
    transport: 'mqtt',
  };
  const [group] = groupsOf(odd);
  if (group === undefined) throw new Error('no group');
  expect(sampler.take(group, T0)?.sample.results).toEqual([
    { property: 'smell', value: undefined, status: STATUS_CODES.BadConfigurationError },
  ]);
});
