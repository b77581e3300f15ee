import { expect, test } from 'vitest';
import { decodeTwinJson } from './twin-json.ts';

function meta(json: unknown) {
  return decodeTwinJson('twin/level-03/$meta', new TextEncoder().encode(JSON.stringify(json)));
}

test('everything a Thing can say of itself is registered', () => {
  const { registration, issues, readings } = meta({
    name: { zh: '伊希姆河水位', en: 'Ishim level', local: 'Есіл' },
    type: 'water-level',
    location: [71.43, 51.16, 3],
    area: 'astana-esil',
    building: 'osm:way/1',
    simulated: true,
    properties: {
      level: {
        name: '水位',
        unit: 'm',
        range: [0, 12],
        interval: 2.5,
        limits: [{ side: 'above', value: 9, priority: 'urgent' }],
      },
      mode: { type: 'category' },
      open: { resultType: 'boolean', type: 'text' },
    },
  });
  expect(issues).toEqual([]);
  expect(readings).toEqual([]);
  expect(registration).toEqual({
    id: 'level-03',
    name: { zh: '伊希姆河水位', en: 'Ishim level', local: 'Есіл' },
    type: 'water-level',
    location: { lon: 71.43, lat: 51.16, height: 3 },
    area: 'astana-esil',
    building: 'osm:way/1',
    simulated: true,
    datastreams: [
      {
        property: 'level',
        resultType: 'number',
        name: { local: '水位' },
        unit: 'm',
        range: [0, 12],
        intervalMs: 2_500,
        limits: [{ side: 'above', value: 9, priority: 'urgent' }],
      },
      { property: 'mode', resultType: 'category' },
      { property: 'open', resultType: 'boolean' },
    ],
  });
});

test('an empty object registers a Thing of which nothing else is known', () => {
  expect(meta({})).toEqual({ readings: [], registration: { id: 'level-03', datastreams: [] }, issues: [] });
});

test.each([
  ['name', ''],
  ['name', { fr: 'Niveau' }],
  ['type', 5],
  ['location', [181, 0]],
  ['location', ['71', '51']],
  ['location', { lon: 71, lat: 51 }],
  ['simulated', 'yes'],
  ['properties', ['level']],
])('%s: %j is left out, and the rest is registered', (key, value) => {
  const { registration, issues } = meta({ area: 'esil', [key]: value });
  expect(registration).toEqual({ id: 'level-03', area: 'esil', datastreams: [] });
  expect(issues).toHaveLength(1);
  expect(issues[0]?.reason).toContain(`twin/level-03/$meta: ${key} is `);
});

test.each([
  ['unit', 7],
  ['range', [5, 5]],
  ['range', [0]],
  ['interval', 0],
  ['interval', '5'],
  ['resultType', 'float'],
  ['limits', [{ side: 'over', value: 1, priority: 'low' }]],
  ['limits', [{ side: 'above', value: '1', priority: 'low' }]],
  ['limits', [{ side: 'above', value: 1, priority: 'red' }]],
])('of a property %s: %j is left out, and the rest of it is registered', (key, value) => {
  const { registration, issues } = meta({ properties: { level: { name: 'L', [key]: value } } });
  expect(registration?.datastreams).toEqual([{ property: 'level', resultType: 'number', name: { local: 'L' } }]);
  expect(issues).toHaveLength(1);
  expect(issues[0]?.reason).toContain(`properties.level: ${key} is `);
});

test('a property that cannot be one is left out', () => {
  const { registration, issues } = meta({ properties: { 'a/b': {}, $x: {}, y: 5, ok: {} } });
  expect(registration?.datastreams.map(({ property }) => property)).toEqual(['ok']);
  expect(issues).toHaveLength(3);
});

test('an empty payload takes the retained message away and is no issue', () => {
  expect(decodeTwinJson('twin/a/$meta', new Uint8Array(0))).toEqual({ readings: [], issues: [] });
});

test('what is no JSON object is an issue', () => {
  expect(meta([1]).issues).toMatchObject([{ kind: 'bad-meta' }]);
  expect(meta([1]).registration).toBeUndefined();
});
