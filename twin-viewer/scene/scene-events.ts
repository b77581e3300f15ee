import type { SceneEvents } from './city-scene.ts';

type Listener<K extends keyof SceneEvents> = (fact: SceneEvents[K]) => void;

/** Facts that still hold are told to whoever listens later: a failure, how far loading is, where the camera rests. */
const KEPT: ReadonlySet<keyof SceneEvents> = new Set(['failed', 'loading', 'camera']);

/** The scene's events: listeners by name. */
export class SceneEmitter {
  readonly #listeners = new Map<keyof SceneEvents, Set<(fact: never) => void>>();
  readonly #last = new Map<keyof SceneEvents, unknown>();

  on<K extends keyof SceneEvents>(event: K, listener: Listener<K>): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    listeners.add(listener);
    if (this.#last.has(event)) listener(this.#last.get(event) as SceneEvents[K]);
    return () => listeners.delete(listener);
  }

  emit<K extends keyof SceneEvents>(event: K, fact: SceneEvents[K]): void {
    if (KEPT.has(event)) this.#last.set(event, fact);
    for (const listener of this.#listeners.get(event) ?? []) (listener as Listener<K>)(fact);
  }

  /** What failed holds no more. */
  forget(event: keyof SceneEvents): void {
    this.#last.delete(event);
  }

  clear(): void {
    this.#listeners.clear();
    this.#last.clear();
  }
}
