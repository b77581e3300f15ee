import type { Catalog } from '#devices/catalog/catalog.ts';
import type { Thing } from '#devices/model/thing.ts';
import type { ServerMessage } from '#devices/wire/control.ts';

/** A `things` message of devices/wire/control.ts; a Thing is its own JSON. */
interface Told {
  readonly type: Extract<ServerMessage, { readonly type: 'things' }>['type'];
  readonly revision: number;
  readonly things: readonly Thing[];
}

/** Things in one message; a city's first registration comes as several. */
const THINGS_PER_MESSAGE = 500;

/**
 * Which Things changed after which catalog revision, as the messages that tell it. Viewers at the same revision share
 * the text. A Thing that changed twice meanwhile is told once, as it is now.
 */
export class ThingsFeed {
  readonly #catalog: Catalog;
  /** Revision of each Thing's last change since the start, the newest change last. */
  readonly #changedAt = new Map<string, number>();
  readonly #shared = new Map<number, readonly string[]>();
  #unsubscribe: (() => void) | undefined;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  start(): void {
    this.#unsubscribe = this.#catalog.subscribe((thing) => {
      this.#changedAt.delete(thing.id);
      this.#changedAt.set(thing.id, this.#catalog.revision);
      this.#shared.clear();
    });
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  /** The newest revision. */
  get revision(): number {
    return this.#catalog.revision;
  }

  /** `things` messages that bring a viewer from `revision` to the newest one; none where it is there. */
  since(revision: number): readonly string[] {
    if (revision >= this.#catalog.revision) return [];
    const known = this.#shared.get(revision);
    if (known !== undefined) return known;
    const messages = this.#messages(revision);
    this.#shared.set(revision, messages);
    return messages;
  }

  #messages(since: number): string[] {
    const things: Thing[] = [];
    for (const [id, revision] of this.#changedAt) {
      const thing = revision > since ? this.#catalog.thing(id) : undefined;
      if (thing !== undefined) things.push(thing);
    }
    const messages: string[] = [];
    for (let at = 0; at < things.length; at += THINGS_PER_MESSAGE) {
      const part = things.slice(at, at + THINGS_PER_MESSAGE);
      messages.push(JSON.stringify({ type: 'things', revision: this.#catalog.revision, things: part } satisfies Told));
    }
    return messages;
  }
}
