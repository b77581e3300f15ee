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
 * A sample as messages of the default mapping: the good results together on `twin/{thing}`, each result with a status to
 * tell on its own topic `twin/{thing}/{property}`. `time` is epoch ms with three decimals.
 */
export function sampleMessages(thing: string, sample: Sample): readonly Message[] {
  const time = sample.time.toFixed(3);
  const messages: Message[] = [];
  let together = '';
  let count = 0;
  for (const { property, value, status } of sample.results) {
    if (status === STATUS_CODES.Good) {
      together += `,${JSON.stringify(property)}:${value}`;
      count++;
    } else {
      const payload = `{"value":${value ?? null},"time":${time},"status":"${statusName(status)}"}`;
      messages.push({ topic: `twin/${thing}/${property}`, payload, observations: 1 });
    }
  }
  if (count > 0)
    messages.unshift({ topic: `twin/${thing}`, payload: `{"time":${time}${together}}`, observations: count });
  return messages;
}
