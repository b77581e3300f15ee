/** A QoS 1 or 2 message that the broker waits for. */
export interface Delivery {
  readonly messageId: number;
  readonly qos: 1 | 2;
  readonly topic: string;
  readonly payload: Uint8Array;
  isStored: boolean;
}

/** Sends the acknowledgements of one connection; called with all that fell due together. */
export type SendAcknowledgements = (deliveries: readonly Delivery[]) => void;

/**
 * Acknowledges what is stored, in the order in which the connection brought it (MQTT 3.1.1 §4.6).
 *
 * It outlives connections: what a broken one left unacknowledged is sent again by the broker with the same packet
 * identifier, which can stand for nothing else as long as it was not acknowledged. Such a repetition takes the place of
 * the first delivery, and is not stored twice.
 */
export class Acknowledgements {
  #queue: Delivery[] = [];
  /** Left by earlier connections of the session, by packet identifier; at most those that were in flight. */
  readonly #orphans = new Map<number, Delivery>();
  #send: SendAcknowledgements | undefined;
  #isFlushDue = false;

  /** Delivered on this connection and not yet acknowledged. */
  get inFlight(): number {
    return this.#queue.length;
  }

  /** A connection begins. `isSameSession`: the broker knows what the last one left open. */
  attach(send: SendAcknowledgements, isSameSession: boolean): void {
    if (!isSameSession) this.#orphans.clear();
    this.#send = send;
  }

  /** The connection is gone. */
  detach(): void {
    this.#send = undefined;
    for (const delivery of this.#queue) this.#orphans.set(delivery.messageId, delivery);
    this.#queue = [];
  }

  /** Whether it repeats a delivery that is under way; then there is nothing to store. */
  isRepetition(delivery: Delivery, isDup: boolean): boolean {
    const first = this.#orphans.get(delivery.messageId);
    if (first === undefined) return false;
    this.#orphans.delete(delivery.messageId);
    if (!isDup || first.topic !== delivery.topic || !sameBytes(first.payload, delivery.payload)) return false;
    this.#queue.push(first);
    this.#flushSoon();
    return true;
  }

  /** A new delivery, to be acknowledged when it is stored and all before it are. */
  add(delivery: Delivery): void {
    this.#queue.push(delivery);
  }

  stored(delivery: Delivery): void {
    delivery.isStored = true;
    if (this.#queue[0] === delivery) this.#flushSoon();
  }

  /** Together what is stored together: one write for a group. */
  #flushSoon(): void {
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    queueMicrotask(() => {
      this.#isFlushDue = false;
      this.flush();
    });
  }

  /** Sends what is due now. */
  flush(): void {
    if (this.#send === undefined) return;
    const pending = this.#queue.findIndex(({ isStored }) => !isStored);
    const due = this.#queue.splice(0, pending === -1 ? this.#queue.length : pending);
    if (due.length > 0) this.#send(due);
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
