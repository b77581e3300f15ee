import { type Datastream, type DatastreamIndex, type DatastreamSpec, datastreamId } from '../model/datastream.ts';
import type { Thing, ThingId, ThingSource, ThingSpec } from '../model/thing.ts';

/** What must be kept so that a restart gives every Datastream its index back. */
export interface CatalogStore {
  /** Every Thing ever registered, in no particular order; indexes dense from 0. */
  load(): readonly Thing[];
  /** Keeps the Thing durably before it returns. */
  save(thing: Thing): void;
}

/** A store for a catalog that need not outlive the process: the viewer's, and tests'. */
export const forgetfulStore: CatalogStore = { load: () => [], save: () => {} };

/**
 * The register of Things. Assigns each Datastream its dense index once and keeps it.
 * Things are replaced, never changed: a Thing that was handed out stays as it was.
 */
export class Catalog {
  readonly #store: CatalogStore;
  readonly #things = new Map<string, Thing>();
  readonly #streams: Datastream[] = [];
  readonly #thingOfStream: string[] = [];
  readonly #listeners = new Set<(thing: Thing) => void>();
  #revision = 0;

  /** @throws {Error} where the store's indexes are not dense: two datastreams share one, or one is missing. */
  constructor(store: CatalogStore) {
    this.#store = store;
    for (const thing of store.load()) this.#keep(thing);
    for (let index = 0; index < this.#streams.length; index++) {
      if (this.#streams[index] === undefined) {
        throw new Error(
          `catalog: no datastream has index ${index}, but a higher one is taken; restore the data folder`,
        );
      }
    }
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  get datastreamCount(): number {
    return this.#streams.length;
  }

  get thingCount(): number {
    return this.#things.size;
  }

  things(): IterableIterator<Thing> {
    return this.#things.values();
  }

  thing(id: string): Thing | undefined {
    return this.#things.get(id);
  }

  /** Undefined where `index` was never assigned. */
  datastream(index: number): Datastream | undefined {
    return this.#streams[index];
  }

  thingOf(index: number): Thing | undefined {
    const id = this.#thingOfStream[index];
    return id === undefined ? undefined : this.#things.get(id);
  }

  find(thing: string, property: string): Datastream | undefined {
    return this.#things.get(thing)?.datastreams.find((stream) => stream.property === property);
  }

  /**
   * Registers or updates a Thing. What `spec` says replaces what was known; what it leaves out stays.
   * Datastreams are never taken away: their history is still there. A result type, once known, stays.
   */
  register(spec: ThingSpec, source: ThingSource): Thing {
    const before = this.#things.get(spec.id);
    const { datastreams: specs, ...facts } = spec;
    const thing: Thing = {
      ...(before ?? {}),
      ...facts,
      type: spec.type ?? before?.type ?? 'unknown',
      simulated: spec.simulated ?? before?.simulated ?? false,
      source,
      datastreams: this.#merged(spec.id, before?.datastreams ?? [], specs),
    };
    if (before !== undefined && sameThing(before, thing)) return before;
    this.#replace(thing);
    return thing;
  }

  /**
   * Takes the intervals learnt of datastreams, by index, ms; undefined: it has none any more. What is declared stays, and
   * an index that was never assigned is passed over. Each Thing is replaced once, however many of its datastreams changed.
   */
  learn(intervals: ReadonlyMap<number, number | undefined>): void {
    const news = new Map<Thing, Map<number, number | undefined>>();
    for (const [index, intervalMs] of intervals) {
      const thing = this.thingOf(index);
      if (thing === undefined || this.#streams[index]?.learntIntervalMs === intervalMs) continue;
      const ofThing = news.get(thing) ?? new Map();
      news.set(thing, ofThing.set(index, intervalMs));
    }
    for (const [thing, ofThing] of news) {
      const datastreams = thing.datastreams.map((stream) =>
        ofThing.has(stream.index) ? withLearnt(stream, ofThing.get(stream.index)) : stream,
      );
      this.#replace({ ...thing, datastreams });
    }
  }

  /** Calls `listener` after each change, with the Thing as it is now. The answer ends it. */
  subscribe(listener: (thing: Thing) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** One pass: an OPC UA Object may have thousands of variables. */
  #merged(thing: ThingId, before: readonly Datastream[], specs: readonly DatastreamSpec[]): Datastream[] {
    const merged = new Map<string, Datastream>(before.map((stream) => [stream.property, stream]));
    let next = this.#streams.length;
    for (const spec of specs) {
      const known = merged.get(spec.property);
      const { id, index, resultType } = known ?? {
        id: datastreamId(thing, spec.property),
        index: next++ as DatastreamIndex,
        resultType: spec.resultType,
      };
      merged.set(spec.property, { ...known, ...spec, resultType, id, index });
    }
    return [...merged.values()];
  }

  #replace(thing: Thing): void {
    this.#store.save(thing);
    this.#keep(thing);
    this.#revision++;
    for (const listener of this.#listeners) listener(thing);
  }

  #keep(thing: Thing): void {
    this.#things.set(thing.id, thing);
    for (const stream of thing.datastreams) {
      const taken = this.#streams[stream.index];
      if (taken !== undefined && taken.id !== stream.id) {
        throw new Error(
          `catalog: datastreams ${taken.id} and ${stream.id} share index ${stream.index}; restore the data folder`,
        );
      }
      this.#streams[stream.index] = stream;
      this.#thingOfStream[stream.index] = thing.id;
    }
  }
}

function withLearnt({ learntIntervalMs: _, ...stream }: Datastream, intervalMs: number | undefined): Datastream {
  return intervalMs === undefined ? stream : { ...stream, learntIntervalMs: intervalMs };
}

function sameThing(a: Thing, b: Thing): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, v]) => [key, sorted(v)]),
  );
}
