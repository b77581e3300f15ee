import type { ThingJson } from '#devices/wire/api.ts';
import type { CatalogStore } from './catalog-store.ts';
import type { CityApi } from './city-api.ts';

/** Keeps the catalog up to date: all pages at the start and after a gap, single Things as they change. */
export class CatalogLoader {
  readonly #api: CityApi;
  readonly #catalog: CatalogStore;
  #loading: AbortController | undefined;

  constructor(api: CityApi, catalog: CatalogStore) {
    this.#api = api;
    this.#catalog = catalog;
  }

  /** Connected to a service whose catalog is at `revision`: what changed before will not be told again. */
  readonly hello = (revision: number): void => {
    if (this.#catalog.revision !== revision || !this.#catalog.store.getState().isComplete) void this.load();
  };

  readonly things = (things: readonly ThingJson[], revision: number): void => {
    this.#catalog.put(things);
    this.#catalog.revision = revision;
  };

  /** Loads every page; a failure is left to the next connection, which asks again. */
  async load(): Promise<void> {
    this.#loading?.abort();
    const loading = new AbortController();
    this.#loading = loading;
    try {
      for await (const page of this.#api.things(loading.signal)) {
        if (loading.signal.aborted) return;
        this.#catalog.revision = page.revision;
        this.#catalog.store.setState({ announced: page.total, failure: undefined });
        this.#catalog.put(page.things);
      }
      this.#catalog.store.setState({ isComplete: true });
    } catch (error) {
      if (loading.signal.aborted) return;
      this.#catalog.store.setState({ failure: error instanceof Error ? error.message : String(error) });
    }
  }
}
