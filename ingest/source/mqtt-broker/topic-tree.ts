interface Branch<T> {
  readonly below: Map<string, Branch<T>>;
  value: T | undefined;
}

/**
 * Values by topic, found by topic filter. A search walks only branches that the filter can mean: with 100,000 topics a
 * scan of all of them would hold up everybody for each subscription.
 */
export class TopicTree<T> {
  readonly #root: Branch<T> = { below: new Map(), value: undefined };

  set(topic: string, value: T): void {
    let branch = this.#root;
    for (const level of topic.split('/')) {
      let next = branch.below.get(level);
      if (next === undefined) {
        next = { below: new Map(), value: undefined };
        branch.below.set(level, next);
      }
      branch = next;
    }
    branch.value = value;
  }

  /** With the branches that hold nothing any more. */
  delete(topic: string): void {
    const levels = topic.split('/');
    const path = [this.#root];
    for (const level of levels) {
      const next = path.at(-1)?.below.get(level);
      if (next === undefined) return;
      path.push(next);
    }
    (path.at(-1) as Branch<T>).value = undefined;
    for (let i = levels.length; i > 0; i--) {
      const { below, value } = path[i] as Branch<T>;
      if (value !== undefined || below.size > 0) return;
      path[i - 1]?.below.delete(levels[i - 1] as string);
    }
  }

  /** May be walked slowly while values come and go. */
  matching(filter: string): Generator<T> {
    return this.#walk(this.#root, filter.split('/'), 0);
  }

  *#walk(branch: Branch<T>, levels: readonly string[], depth: number): Generator<T> {
    const level = levels[depth];
    if (level === undefined || level === '#') {
      if (branch.value !== undefined) yield branch.value;
      if (level === undefined) return;
    }
    if (level === '#' || level === '+') {
      const rest = level === '#' ? depth : depth + 1;
      for (const [name, next] of branch.below) {
        // MQTT 3.1.1 §4.7.2: a wildcard in the first level does not mean $ topics.
        if (depth === 0 && branch === this.#root && name.startsWith('$')) continue;
        yield* this.#walk(next, levels, rest);
      }
    } else {
      const next = branch.below.get(level as string);
      if (next !== undefined) yield* this.#walk(next, levels, depth + 1);
    }
  }
}
