import type { ThingId } from '#devices/model/thing.ts';

const MAX_LENGTH = 128;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it replaces
const ILLEGAL = /[/+#\u0000-\u001f\u007f]/g;

/** A name made one legal MQTT topic level: what is not allowed becomes `_`, a character cut in half U+FFFD. */
export function asTopicLevel(name: string): string {
  const legal = name.replace(ILLEGAL, '_').replace(/^\$/, '_').slice(0, MAX_LENGTH).toWellFormed();
  return legal === '' ? '_' : legal;
}

/**
 * Thing ids of OPC UA nodes: the BrowseName; where another node has it already, with its parent's in front; where that
 * is taken too, with a number behind. A node keeps its id as long as the process runs.
 */
export class OpcuaThingIds {
  readonly #byNode = new Map<string, ThingId>();
  readonly #taken = new Set<string>();

  /** `node` is the endpoint and NodeId; `path` the BrowseNames from below Objects to the node, at least one. */
  idOf(node: string, path: readonly string[]): ThingId {
    const known = this.#byNode.get(node);
    if (known !== undefined) return known;
    const id = this.#free(path) as ThingId;
    this.#byNode.set(node, id);
    this.#taken.add(id);
    return id;
  }

  #free(path: readonly string[]): string {
    const name = asTopicLevel(path.at(-1) ?? '');
    if (!this.#taken.has(name)) return name;
    const longer = asTopicLevel(path.slice(-2).join('.'));
    if (!this.#taken.has(longer)) return longer;
    for (let number = 2; ; number++) {
      const suffix = `~${number}`;
      const numbered = `${longer.slice(0, MAX_LENGTH - suffix.length).toWellFormed()}${suffix}`;
      if (!this.#taken.has(numbered)) return numbered;
    }
  }
}
