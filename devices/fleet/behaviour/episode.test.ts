import fc from 'fast-check';
import { expect, test } from 'vitest';
import { envelope, episodeAt } from './episode.ts';

const HOUR_MS = 3_600_000;

test('episodes take up their share of the time', () => {
  for (const share of [0.002, 0.02, 0.2]) {
    const kind = { share, lengthMs: HOUR_MS };
    let inside = 0;
    const samples = 400_000;
    for (let i = 0; i < samples; i++) if (episodeAt(i % 1000, i * 7_919_000, kind) !== undefined) inside++;
    expect(inside / samples / share).toBeGreaterThan(0.85);
    expect(inside / samples / share).toBeLessThan(1.15);
  }
});

test('an episode is the same one from its start to its end, and over outside', () => {
  const kind = { share: 0.3, lengthMs: HOUR_MS };
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 1e9 }), (seed, minutes) => {
      const episode = episodeAt(seed, minutes * 60_000, kind);
      if (episode === undefined) return;
      expect(episodeAt(seed, episode.start, kind)).toEqual(episode);
      expect(episodeAt(seed, episode.end - 1, kind)).toEqual(episode);
      expect(episodeAt(seed, episode.end, kind)?.start).not.toBe(episode.start);
    }),
  );
});

test('an envelope begins and ends at 0 and stands at 1 in between', () => {
  const episode = { seed: 1, start: 0, end: 100 };
  expect([0, 20, 50, 75, 100].map((time) => envelope(episode, time))).toEqual([0, 1, 1, 1, 0]);
});
