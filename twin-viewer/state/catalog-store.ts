import { createStore } from 'zustand/vanilla';
import type { DatastreamJson, ThingJson } from '#devices/wire/api.ts';

export interface CatalogState {
  /** Grows with every change here; what React compares. */
  readonly version: number;
  /** All pages have come at least once. */
  readonly isComplete: boolean;
  /** How many Things the server says there are; undefined before the first page. */
  readonly announced: number | undefined;
  /** Why the pages did not come. */
  readonly failure: string | undefined;
}

/** A datastream and the number of the Thing it belongs to. */
export interface StreamEntry {
  readonly stream: DatastreamJson;
  readonly thing: number;
}

/**
 * The Things this viewer knows, numbered densely in the order in which they came; numbers and datastream indexes are
 * kept, so typed arrays by either stay valid. A Thing that changed is replaced.
 */
export class CatalogStore {
  readonly store = createStore<CatalogState>(() => ({
    version: 0,
    isComplete: false,
    announced: undefined,
    failure: undefined,
  }));
  readonly things: ThingJson[] = [];
  /** By DatastreamIndex; holes where a datastream is not known yet. */
  readonly streams: (StreamEntry | undefined)[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #listeners = new Set<(numbers: readonly number[]) => void>();
  /** Newest revision heard of. */
  revision = 0;

  /** Thing number of an id. */
  numberOf(id: string): number | undefined {
    return this.#numbers.get(id);
  }

  /** Registers or replaces Things, and tells which numbers changed. */
  put(things: readonly ThingJson[]): void {
    if (things.length === 0) return;
    const changed = things.map((thing) => this.#keep(thing));
    for (const listener of this.#listeners) listener(changed);
    this.store.setState((state) => ({ version: state.version + 1 }));
  }

  /** Called after Things changed, before `store` tells. */
  subscribe(listener: (numbers: readonly number[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #keep(thing: ThingJson): number {
    const number = this.#numbers.get(thing.id) ?? this.things.length;
    this.#numbers.set(thing.id, number);
    this.things[number] = thing;
    for (const stream of thing.datastreams) this.streams[stream.index] = { stream, thing: number };
    return number;
  }
}
