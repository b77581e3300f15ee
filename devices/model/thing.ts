import type { AreaId } from './area.ts';
import type { Datastream, DatastreamSpec } from './datastream.ts';
import type { LocalizedText } from './localized-text.ts';
import type { Location } from './location.ts';

/** One MQTT topic level: 1–128 characters, no `/`, `+`, `#`, control characters, half characters, no leading `$`. */
export type ThingId = string & { readonly __brand: 'ThingId' };

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
const TOPIC_LEVEL = /^[^$/+#\p{Cs}\u0000-\u001f\u007f][^/+#\p{Cs}\u0000-\u001f\u007f]{0,127}$/u;

/** Whether `text` can name a Thing or a property: it must be one whole MQTT topic level. */
export function isTopicLevel(text: string): boolean {
  return TOPIC_LEVEL.test(text);
}

/**
 * The kinds of Thing that the screen has an icon, a colour domain and a name for.
 * Any other type is kept as given and shown as `other`.
 */
export const THING_TYPES = [
  'traffic-detector',
  'parking',
  'air-station',
  'weather-station',
  'water-level',
  'substation',
  'power-plant',
  'water-plant',
  'bus-stop',
  'building-energy',
] as const;
export type KnownThingType = (typeof THING_TYPES)[number];

/** What registers or updates a Thing: `$meta`, an OPC UA browse, or an entry of a city pack. */
export interface ThingSpec {
  readonly id: ThingId;
  readonly name?: LocalizedText;
  readonly type?: string;
  readonly location?: Location;
  readonly area?: AreaId;
  /** Feature id of the building it stands on or in, as in the tileset's property table (`osm:way/123`). */
  readonly building?: string;
  /** Made by a simulation; whoever shows the Thing says so. */
  readonly simulated?: boolean;
  readonly datastreams: readonly DatastreamSpec[];
}

/** A device or asset in the city, as the catalog keeps it (SensorThings 1.1 §8.2.1). */
export interface Thing extends Omit<ThingSpec, 'datastreams'> {
  readonly type: string;
  readonly simulated: boolean;
  /** Where its readings come from: `mqtt` or `opcua`, and the address an engineer would look at. */
  readonly source: ThingSource;
  readonly datastreams: readonly Datastream[];
}

export interface ThingSource {
  readonly protocol: 'mqtt' | 'opcua';
  /** MQTT: the topic prefix (`twin/level-03`). OPC UA: endpoint URL and NodeId (`opc.tcp://… ns=1;s=…`). */
  readonly address: string;
}
