import { RetainedBudget } from './retained-budget.ts';
import { RetainedFile, type RetainedMessage } from './retained-file.ts';
import { TopicTree } from './topic-tree.ts';

export interface RetainedBounds {
  readonly maxTopics: number;
  /** Of payloads and topics together. */
  readonly maxBytes: number;
}

/**
 * The last retained message of each topic, for later subscribers: bounded, found by topic filter, and on disk where a
 * file is given. Memory and disk take changes in the same order.
 */
export class RetainedMessages {
  readonly #file: RetainedFile | undefined;
  readonly #budget: RetainedBudget;
  readonly #tree = new TopicTree<RetainedMessage>();

  /** Without a path they live as long as the process. */
  constructor(path: string | undefined, bounds: RetainedBounds) {
    this.#file = path === undefined ? undefined : new RetainedFile(path);
    this.#budget = new RetainedBudget(bounds.maxTopics, bounds.maxBytes);
  }

  get topics(): number {
    return this.#budget.topics;
  }

  get bytes(): number {
    return this.#budget.bytes;
  }

  /** Restores what is on disk. @param now Epoch ms. @returns what was wrong with it, one sentence each. */
  async open(now: number): Promise<readonly string[]> {
    if (this.#file === undefined) return [];
    const { kept, setAside } = await this.#file.open(now);
    let left = 0;
    for (const message of kept) {
      if (this.#budget.take(message.topic, message.payload.length)) this.#tree.set(message.topic, message);
      else left++;
    }
    const problems = setAside === undefined ? [] : [`the retained messages could not be read: ${setAside}`];
    if (left > 0) problems.push(`${left} retained messages are more than the broker keeps, and were left on disk`);
    return problems;
  }

  /**
   * Keeps the message, or with an empty payload takes away what its topic had (MQTT 3.1.1 §3.3.1.3). Later subscribers get
   * it at once.
   *
   * @returns when it is on disk; undefined where there is no room for it.
   */
  keep(message: RetainedMessage): Promise<void> | undefined {
    const { topic, payload, qos } = message;
    if (!this.#budget.take(topic, payload.length)) return undefined;
    if (payload.length === 0) {
      this.#tree.delete(topic);
      return this.#file?.put({ topic, payload: undefined }) ?? Promise.resolve();
    }
    // A copy, or each retained message would keep alive the whole block that its bytes came in.
    const kept = { topic, payload: Buffer.from(payload), qos };
    this.#tree.set(topic, kept);
    return this.#file?.put(kept) ?? Promise.resolve();
  }

  matching(filter: string): Generator<RetainedMessage> {
    return this.#tree.matching(filter);
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }
}
