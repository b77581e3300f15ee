import type { PackThing } from '#devices/catalog/city-pack.ts';
import { STATUS_CODES, statusName } from '#devices/model/status-code.ts';
import type { Sample } from './sample-group.ts';

/** An MQTT PUBLISH to be, and how many observations it carries. */
export interface Message {
  readonly topic: string;
  readonly payload: string;
  readonly observations: number;
}

/** The retained message with which a Thing introduces itself. `interval` in seconds. */
export function metaMessage(thing: PackThing): Message {
  const properties = Object.fromEntries(
    thing.datastreams.map(({ property, intervalMs, ...facts }) => [
      property,
      { ...facts, ...(intervalMs !== undefined && { interval: intervalMs / 1000 }) },
    ]),
  );
  const { location } = thing;
  const place = location && [location.lon, location.lat, ...(location.height === undefined ? [] : [location.height])];
  const { name, type, area, building } = thing;
  const payload = JSON.stringify({ name, type, location: place, area, building, simulated: true, properties });
  return { topic: `twin/${thing.id}/$meta`, payload, observations: 0 };
}

/**
 * A sample as one message of the default mapping on `twin/{thing}`. `time` is epoch ms with three decimals; a result that
 * is not good is an object with its status.
 */
export function sampleMessage(thing: string, sample: Sample): Message {
  let payload = `{"time":${sample.time.toFixed(3)}`;
  for (const { property, value, status } of sample.results) {
    const shown = status === STATUS_CODES.Good ? value : `{"value":${value ?? null},"status":"${statusName(status)}"}`;
    payload += `,${JSON.stringify(property)}:${shown}`;
  }
  return { topic: `twin/${thing}`, payload: `${payload}}`, observations: sample.results.length };
}
