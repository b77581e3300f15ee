import { describe, expect, test } from 'vitest';
import { isTopicLevel, THING_TYPES } from '../model/thing.ts';
import { THING_TEMPLATES } from './thing-templates.ts';

describe.each(THING_TYPES)('a %s', (type) => {
  const { name, datastreams } = THING_TEMPLATES[type];

  test('has a name and datastreams in both languages, each property once', () => {
    for (const text of [name, ...datastreams.map((stream) => stream.name)]) {
      expect(text).toMatchObject({ zh: expect.stringMatching(/./), en: expect.stringMatching(/./) });
    }
    const properties = datastreams.map(({ property }) => property);
    expect(new Set(properties).size).toBe(properties.length);
    expect(properties.length).toBeGreaterThan(0);
    expect(properties.every(isTopicLevel)).toBe(true);
  });

  test('can reach its alarm limits, and is not beyond one all the time', () => {
    for (const { property, range, limits = [], resultType } of datastreams) {
      const [low, high] =
        resultType === 'boolean' ? [0, 1] : (range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
      expect(low, property).toBeLessThan(high);
      for (const { side, value } of limits) {
        expect(side === 'above' ? value > low && value <= high : value < high && value >= low, property).toBe(true);
      }
    }
  });
});
