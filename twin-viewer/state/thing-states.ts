/**
 * How a Thing shows on the city: the worst of its datastreams. The code is the rank: a higher one covers a lower one.
 * A stale datastream asserts no alarm; a bad one neither.
 */
export const APPEARANCES = ['none', 'good', 'stale', 'bad', 'low', 'medium', 'high', 'urgent'] as const;
export type Appearance = (typeof APPEARANCES)[number];

export const APPEARANCE_CODE = Object.fromEntries(APPEARANCES.map((name, code) => [name, code])) as Record<
  Appearance,
  number
>;

/**
 * The appearance of every Thing, outside React: a byte per Thing and the set of those that changed since the scene
 * last looked. Things are numbered densely, in the order in which the catalog gave them to this viewer.
 */
export class ThingStates {
  /** Appearance code by Thing number, length ≥ count. */
  appearance: Uint8Array = new Uint8Array(0);
  count = 0;
  #dirty: Uint32Array = new Uint32Array(0);
  #isDirty: Uint8Array = new Uint8Array(0);
  #dirtyCount = 0;
  readonly #listeners = new Set<() => void>();

  /** Makes room for `count` Things; new ones are `none` and dirty. */
  resize(count: number): void {
    if (count > this.appearance.length) {
      const capacity = Math.max(1024, count, this.appearance.length * 2);
      this.appearance = grown(this.appearance, new Uint8Array(capacity));
      this.#isDirty = grown(this.#isDirty, new Uint8Array(capacity));
      const dirty = new Uint32Array(capacity);
      dirty.set(this.#dirty);
      this.#dirty = dirty;
    }
    for (let thing = this.count; thing < count; thing++) this.#mark(thing);
    this.count = count;
  }

  set(thing: number, appearance: number): void {
    if (this.appearance[thing] === appearance) return;
    this.appearance[thing] = appearance;
    this.#mark(thing);
  }

  get dirtyCount(): number {
    return this.#dirtyCount;
  }

  /** Calls `apply` once for each changed Thing, then forgets them. No allocation. */
  drain(apply: (thing: number, appearance: number) => void): void {
    for (let i = 0; i < this.#dirtyCount; i++) {
      const thing = this.#dirty[i] as number;
      this.#isDirty[thing] = 0;
      apply(thing, this.appearance[thing] as number);
    }
    this.#dirtyCount = 0;
  }

  /** Calls `listener` when something becomes dirty after a drain: the moment to ask for a frame. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #mark(thing: number): void {
    if (this.#isDirty[thing] === 1) return;
    this.#isDirty[thing] = 1;
    this.#dirty[this.#dirtyCount++] = thing;
    if (this.#dirtyCount === 1) for (const listener of this.#listeners) listener();
  }
}

function grown(from: Uint8Array, to: Uint8Array): Uint8Array {
  to.set(from);
  return to;
}
