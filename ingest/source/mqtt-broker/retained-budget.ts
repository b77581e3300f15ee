/** Bounds what the broker keeps for later subscribers: so many topics, so many bytes of topics and payloads in all. */
export class RetainedBudget {
  readonly #maxTopics: number;
  readonly #maxBytes: number;
  readonly #bytesOf = new Map<string, number>();
  #bytes = 0;

  constructor(maxTopics: number, maxBytes: number) {
    this.#maxTopics = maxTopics;
    this.#maxBytes = maxBytes;
  }

  get topics(): number {
    return this.#bytesOf.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether a retained payload still fits; takes its room if so. Zero bytes give the topic's room back. */
  take(topic: string, payloadBytes: number): boolean {
    const before = this.#bytesOf.get(topic);
    if (payloadBytes === 0) {
      this.#bytesOf.delete(topic);
      this.#bytes -= before ?? 0;
      return true;
    }
    const own = Buffer.byteLength(topic) + payloadBytes;
    const bytes = this.#bytes - (before ?? 0) + own;
    if (bytes > this.#maxBytes || (before === undefined && this.#bytesOf.size >= this.#maxTopics)) return false;
    this.#bytesOf.set(topic, own);
    this.#bytes = bytes;
    return true;
  }
}
