import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SilentStreams } from './silent-streams.ts';

test('Only what a search found silent, and nothing was given to since, is silent', () => {
  const time = fc.integer({ min: 0, max: 20 });
  const step = fc.record({ index: fc.integer({ min: 0, max: 2_000 }), at: time, isSearch: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step), fc.integer({ min: 0, max: 2_000 }), time, (steps, index, at) => {
      const silent = new SilentStreams();
      for (const each of steps) {
        if (each.isSearch) silent.noteSilent(each.index, each.at);
        else silent.noteObservation(each.index, each.at);
      }
      const own = steps.filter((each) => each.index === index);
      const searched = own.some((each) => each.isSearch && each.at >= at);
      const given = own.some((each) => !each.isSearch && each.at <= at);
      expect(silent.isSilent(index, at)).toBe(searched && !given);
    }),
  );
});
