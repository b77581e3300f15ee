import { Readable } from 'node:stream';
import type { RetainedMessage } from './retained-file.ts';

interface ClientId {
  readonly id: string;
}

interface Numbered {
  readonly messageId?: number;
}

/**
 * What aedes keeps of its clients between packets, as its `persistence` option (the interface of aedes-persistence 11). All
 * sessions are clean, so there are no queues for absent subscribers and no subscriptions to restore: only the QoS 2
 * messages that wait for their PUBREL, which aedes bounds per client. Retained messages are kept by the broker, before it
 * acknowledges them; here they are only read. aedes-persistence itself would scan all of them for each subscription and
 * would keep a queue for ever for each client id that ever sent a PUBACK.
 */
export class CleanSessions {
  readonly #retained: (filter: string) => Iterable<RetainedMessage>;
  readonly #incoming = new Map<string, Map<number, unknown>>();

  constructor(retained: (filter: string) => Iterable<RetainedMessage>) {
    this.#retained = retained;
  }

  /** aedes insists on an async function. */
  async setup(): Promise<void> {}

  async storeRetained(): Promise<void> {}

  createRetainedStreamCombi(filters: readonly string[]): Readable {
    return Readable.from(this.#packets(filters));
  }

  async incomingStorePacket({ id }: ClientId, packet: Numbered): Promise<void> {
    const packets = this.#incoming.get(id) ?? new Map();
    this.#incoming.set(id, packets);
    packets.set(packet.messageId, packet);
  }

  /** Rejects where it was not stored. */
  async incomingGetPacket({ id }: ClientId, { messageId }: Numbered): Promise<unknown> {
    const packet = this.#incoming.get(id)?.get(messageId as number);
    if (packet === undefined) throw new Error(`no QoS 2 message ${messageId} of ${id} waits for its PUBREL`);
    return packet;
  }

  async incomingDelPacket({ id }: ClientId, { messageId }: Numbered): Promise<void> {
    this.#incoming.get(id)?.delete(messageId as number);
  }

  async cleanIncoming({ id }: ClientId): Promise<void> {
    this.#incoming.delete(id);
  }

  async subscriptionsByTopic(): Promise<never[]> {
    return [];
  }

  async cleanSubscriptions(): Promise<void> {}

  async outgoingEnqueueCombi(): Promise<void> {}

  async outgoingUpdate(): Promise<void> {}

  async outgoingClearMessageId(): Promise<void> {}

  outgoingStream(): Readable {
    return Readable.from([]);
  }

  /** The client itself holds its Will; a copy would serve other brokers. */
  async putWill(): Promise<void> {}

  async delWill(): Promise<void> {}

  streamWill(): Readable {
    return Readable.from([]);
  }

  *#packets(filters: readonly string[]) {
    for (const filter of filters) {
      for (const { topic, payload, qos } of this.#retained(filter)) {
        yield { cmd: 'publish', topic, payload, qos, retain: true };
      }
    }
  }
}
