/**
 * Which datastreams are known to have nothing before a moment, so that the state at it does not look for them in all of
 * history each time. Two arrays of the datastreams' length.
 */
export class SilentStreams {
  /** A search of all of history up to here found nothing. */
  #searched = new Float64Array(0);
  /** The earliest that was given to history since, µs. */
  #earliest = new Float64Array(0);

  /** Nothing was found at or before `orderMicros`. */
  noteSilent(index: number, orderMicros: number): void {
    if (index >= this.#searched.length) this.#grow(index + 1);
    this.#searched[index] = Math.max(this.#searched[index] as number, orderMicros);
  }

  /** Said before it is stored. */
  noteObservation(index: number, orderMicros: number): void {
    if (index >= this.#searched.length) this.#grow(index + 1);
    this.#earliest[index] = Math.min(this.#earliest[index] as number, orderMicros);
  }

  /** Whether there is certainly nothing of it at or before `orderMicros`. */
  isSilent(index: number, orderMicros: number): boolean {
    if (index >= this.#searched.length) return false;
    return orderMicros <= (this.#searched[index] as number) && orderMicros < (this.#earliest[index] as number);
  }

  #grow(least: number): void {
    const length = Math.max(1024, least, this.#searched.length * 2);
    const searched = new Float64Array(length).fill(Number.NEGATIVE_INFINITY);
    searched.set(this.#searched);
    this.#searched = searched;
    const earliest = new Float64Array(length).fill(Number.POSITIVE_INFINITY);
    earliest.set(this.#earliest);
    this.#earliest = earliest;
  }
}
