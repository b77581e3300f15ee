/** Bounds what the broker keeps for later subscribers: so many topics, so many bytes in all. */
export class RetainedBudget {
  readonly #maxTopics: number;
  readonly #maxBytes: number;
  readonly #bytesOf = new Map<string, number>();
  #bytes = 0;

  constructor(maxTopics: number, maxBytes: number) {
    this.#maxTopics = maxTopics;
    this.#maxBytes = maxBytes;
  }

  /** Whether a retained payload still fits; takes its room if so. Zero bytes give the topic's room back. */
  take(topic: string, byteLength: number): boolean {
    const before = this.#bytesOf.get(topic);
    if (byteLength === 0) {
      this.#bytesOf.delete(topic);
      this.#bytes -= before ?? 0;
      return true;
    }
    const bytes = this.#bytes - (before ?? 0) + byteLength;
    if (bytes > this.#maxBytes || (before === undefined && this.#bytesOf.size >= this.#maxTopics)) return false;
    this.#bytesOf.set(topic, byteLength);
    this.#bytes = bytes;
    return true;
  }
}
