import { expect, test } from 'vitest';
import type { PackThing } from '#devices/catalog/city-pack.ts';
import { THING_TEMPLATES } from '#devices/catalog/thing-templates.ts';
import type { AreaId } from '#devices/model/area.ts';
import { STATUS_CODES } from '#devices/model/status-code.ts';
import type { ThingId } from '#devices/model/thing.ts';
import { decodeTwinJson } from '#devices/profiles/twin-json.ts';
import { metaMessage, sampleMessage } from './mqtt-payload.ts';

const level: PackThing = {
  id: 'level-3' as ThingId,
  name: { zh: '伊希姆河水位站', en: 'Ishim level station' },
  type: 'water-level',
  location: { lon: 71.43, lat: 51.15, height: 2 },
  area: 'esil' as AreaId,
  building: 'osm:way/1',
  simulated: true,
  datastreams: THING_TEMPLATES['water-level'].datastreams,
  transport: 'mqtt',
};
const bytes = (text: string) => new TextEncoder().encode(text);

test('what $meta says is read back as the Thing that said it', () => {
  const { topic, payload } = metaMessage(level);
  const { registration, issues } = decodeTwinJson(topic, bytes(payload));
  const { transport: _, ...spec } = level;
  expect(registration).toEqual(spec);
  expect(issues).toEqual([]);
});

test('a sample is read back with its values, its statuses and its time to the microsecond', () => {
  const time = Date.UTC(2026, 10, 23) + 5.041;
  const { topic, payload, observations } = sampleMessage('level-3', {
    time,
    results: [
      { property: 'level', value: 1.25, status: STATUS_CODES.Good },
      { property: 'gate-open', value: false, status: STATUS_CODES.Good },
      { property: 'flow', value: undefined, status: STATUS_CODES.BadSensorFailure },
    ],
  });
  const { readings, issues } = decodeTwinJson(topic, bytes(payload));
  expect(issues).toEqual([]);
  expect(observations).toBe(3);
  const thing = 'level-3';
  expect(readings).toEqual([
    { thing, property: 'level', value: 1.25, time, status: STATUS_CODES.Good },
    { thing, property: 'gate-open', value: false, time, status: STATUS_CODES.Good },
    { thing, property: 'flow', value: undefined, time, status: STATUS_CODES.BadSensorFailure },
  ]);
});
