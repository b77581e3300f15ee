import type { Catalog } from '#devices/catalog/catalog.ts';
import type { Datastream, ResultType } from '#devices/model/datastream.ts';
import { isTopicLevel, type ThingId, type ThingSource } from '#devices/model/thing.ts';
import type { Reading, SourceMessage } from '../source/source.ts';

/** Beyond these nothing new is registered: some client makes up names. What is known stays and is taken. */
export interface RegistrarLimits {
  readonly things: number;
  readonly datastreams: number;
  /**
   * Of one Thing over MQTT, where a client can make up a name per message: each new one writes, tells and compares the
   * whole Thing, 2 ms at 1,000 and 8 ms at 4,000. An OPC UA server's Objects are bounded by its nodes.
   */
  readonly datastreamsOfThing: number;
}

/** More than a city of ten thousand Things has. */
export const REGISTRAR_DEFAULTS: RegistrarLimits = {
  things: 100_000,
  datastreams: 200_000,
  datastreamsOfThing: 1_000,
};

/** Why something cannot be registered. */
export interface RegistrationRefusal {
  readonly kind: 'catalog-full' | 'thing-full' | 'bad-name' | 'type-unknown';
  readonly reason: string;
}

/** Brings what messages speak of into the catalog, within bounds. */
export class Registrar {
  readonly #catalog: Catalog;
  readonly #limits: RegistrarLimits;

  constructor(catalog: Catalog, limits: Partial<RegistrarLimits> = {}) {
    this.#catalog = catalog;
    this.#limits = { ...REGISTRAR_DEFAULTS, ...limits };
  }

  /** Registers or updates a Thing that a message describes; what is wrong with that, or undefined. */
  register({ spec, source }: SourceMessage['things'][number]): RegistrationRefusal | undefined {
    const known = new Set(this.#catalog.thing(spec.id)?.datastreams.map(({ property }) => property));
    const news = spec.datastreams.filter(({ property }) => !known.has(property)).length;
    const full = this.#full(spec.id, news, source.protocol);
    if (full === undefined) this.#catalog.register(spec, source);
    return full;
  }

  /**
   * The reading's datastream. One that nobody registered is registered as the reading shows it, its Thing unplaced;
   * but for a string, because nothing tells a text from a number in quotes.
   */
  datastreamOf(message: SourceMessage, reading: Reading): Datastream | RegistrationRefusal {
    return this.#catalog.find(reading.thing, reading.property) ?? this.#registerSeen(message, reading);
  }

  #registerSeen(message: SourceMessage, reading: Reading): Datastream | RegistrationRefusal {
    const { thing, property } = reading;
    const resultType = resultTypeOf(reading.value);
    if (!isTopicLevel(thing) || !isTopicLevel(property)) {
      return {
        kind: 'bad-name',
        reason: `${JSON.stringify(`${thing}/${property}`.slice(0, 80))} cannot name a datastream: use 1 to 128 characters without / + # and control characters`,
      };
    }
    if (resultType === undefined) {
      return {
        kind: 'type-unknown',
        reason: `${thing}/${property} sent a string and is not registered; send a bare number, true or false, or declare it as text or category in twin/${thing}/$meta`,
      };
    }
    const full = this.#full(thing, 1, message.source);
    if (full !== undefined) return full;
    const source = this.#catalog.thing(thing)?.source ?? sourceOf(message, thing);
    const registered = this.#catalog.register(
      { id: thing as ThingId, datastreams: [{ property, resultType }] },
      source,
    );
    return registered.datastreams.find((stream) => stream.property === property) as Datastream;
  }

  /** Why there is no room for the Thing with so many more datastreams; undefined where there is. */
  #full(id: string, news: number, protocol: ThingSource['protocol']): RegistrationRefusal | undefined {
    const { thingCount, datastreamCount } = this.#catalog;
    const { things, datastreams, datastreamsOfThing } = this.#limits;
    const thing = this.#catalog.thing(id);
    const isFull = (thing === undefined && thingCount >= things) || (news > 0 && datastreamCount + news > datastreams);
    if (isFull) {
      const holds = `holds ${thingCount} Things with ${datastreamCount} datastreams and may hold ${things} with ${datastreams}`;
      return {
        kind: 'catalog-full',
        reason: `${id} is not registered: the catalog ${holds}; check for clients that make up names`,
      };
    }
    const count = thing?.datastreams.length ?? 0;
    if (protocol !== 'mqtt' || news === 0 || count + news <= datastreamsOfThing) return undefined;
    return {
      kind: 'thing-full',
      reason: `${id}: ${news} more properties are not registered: it has ${count} and may have ${datastreamsOfThing}; check for a client that makes up names`,
    };
  }
}

function sourceOf(message: SourceMessage, thing: string): ThingSource {
  return { protocol: message.source, address: message.source === 'mqtt' ? `twin/${thing}` : message.address };
}

function resultTypeOf(value: Reading['value']): ResultType | undefined {
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'string' ? undefined : 'number';
}
