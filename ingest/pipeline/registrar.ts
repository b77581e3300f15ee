import type { Catalog } from '#devices/catalog/catalog.ts';
import type { Datastream, ResultType } from '#devices/model/datastream.ts';
import { isTopicLevel, type ThingId, type ThingSource } from '#devices/model/thing.ts';
import type { Reading, SourceMessage } from '../source/source.ts';

/** More datastreams than a city of ten thousand Things has; beyond it nothing new is registered. */
export const MAX_DATASTREAMS = 200_000;

/** Why something cannot be registered. */
export interface RegistrationRefusal {
  readonly kind: 'catalog-full' | 'bad-name' | 'type-unknown';
  readonly reason: string;
}

/** Brings what messages speak of into the catalog, within bounds. */
export class Registrar {
  readonly #catalog: Catalog;
  readonly #maxDatastreams: number;

  constructor(catalog: Catalog, maxDatastreams = MAX_DATASTREAMS) {
    this.#catalog = catalog;
    this.#maxDatastreams = maxDatastreams;
  }

  /** Registers or updates a Thing that a message describes; what is wrong with that, or undefined. */
  register({ spec, source }: SourceMessage['things'][number]): RegistrationRefusal | undefined {
    if (this.#catalog.datastreamCount + spec.datastreams.length > this.#maxDatastreams) {
      const known = this.#catalog.thing(spec.id)?.datastreams ?? [];
      const news = spec.datastreams.filter((stream) => !known.some((k) => k.property === stream.property));
      if (this.#catalog.datastreamCount + news.length > this.#maxDatastreams) return this.#full(spec.id);
    }
    this.#catalog.register(spec, source);
    return undefined;
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
    if (this.#catalog.datastreamCount >= this.#maxDatastreams) return this.#full(thing);
    const source = this.#catalog.thing(thing)?.source ?? sourceOf(message, thing);
    const registered = this.#catalog.register(
      { id: thing as ThingId, datastreams: [{ property, resultType }] },
      source,
    );
    return registered.datastreams.find((stream) => stream.property === property) as Datastream;
  }

  #full(thing: string): RegistrationRefusal {
    return {
      kind: 'catalog-full',
      reason: `${thing} is not registered: the catalog holds ${this.#catalog.datastreamCount} datastreams and may hold ${this.#maxDatastreams}; check for clients that make up names`,
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
