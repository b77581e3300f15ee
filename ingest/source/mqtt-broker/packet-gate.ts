import type { Socket } from 'node:net';
import type { Clock } from '#devices/time/clock.ts';
import { PacketMeter } from './packet-meter.ts';

export interface PacketGateBounds {
  /** Bytes of one packet once the client has logged in. */
  readonly maxPacketBytes: number;
  /** Bytes of the CONNECT packet. */
  readonly maxConnectBytes: number;
  /** Messages of one client that wait for the disk; with so many it is not read any more. */
  readonly maxInFlight: number;
  /** Packets of one client in one turn of the event loop; then others have theirs. */
  readonly maxPerTurn: number;
}

/** Bytes of one client in one turn of the event loop. */
const MAX_BYTES_PER_TURN = 16_384;

/** What the gate tells. */
export interface PacketGateEvents {
  /** The connection must be closed. @param what What came, as a sentence begins. */
  onFault(kind: string, what: string): void;
  /** A client that is logged in is held back. */
  onHold(): void;
  /** The gate is open again: read. */
  onOpen(): void;
}

/**
 * Stands between a socket and aedes, and lets through whole packets: one, the CONNECT, until the client has logged in;
 * then as many as may wait for the disk. What is not let through stays in the socket, and TCP slows the sender down: a
 * flood from one client cannot fill the queue that all share. A client that does not take what we write is not read.
 */
export class PacketGate {
  readonly #socket: Socket;
  readonly #bounds: PacketGateBounds;
  readonly #clock: Clock;
  readonly #meter: PacketMeter;
  readonly #events: PacketGateEvents;
  #isLoggedIn = false;
  #hasConnect = false;
  #isResting = false;
  #inFlight = 0;
  /** Since when nothing is let through, epoch ms. */
  #heldSince: number | undefined;
  /** Since when a packet has begun and not ended, epoch ms. */
  #begunAt: number | undefined;

  constructor(socket: Socket, bounds: PacketGateBounds, clock: Clock, events: PacketGateEvents) {
    this.#socket = socket;
    this.#bounds = bounds;
    this.#clock = clock;
    this.#meter = new PacketMeter(bounds.maxConnectBytes);
    this.#events = events;
  }

  /** From now on aedes reads through the gate. */
  attach(): void {
    const read = this.#socket.read.bind(this.#socket);
    this.#socket.read = (size?: number) => {
      // How Node asks the system for more; it takes nothing.
      if (size === 0) return read(0);
      if (this.#isResting) return null;
      if (this.#isShut()) {
        this.#hold();
        return null;
      }
      // Not all: Node would fetch as much again for each time that we put most of it back.
      const bytes = read(Math.min(this.#socket.readableLength, MAX_BYTES_PER_TURN) || undefined) as Buffer | null;
      return bytes === null ? null : this.#letThrough(bytes);
    };
    this.#socket.on('drain', () => this.#release());
  }

  /** The client has logged in. */
  open(): void {
    this.#isLoggedIn = true;
    this.#meter.maxBytes = this.#bounds.maxPacketBytes;
    this.#release();
  }

  /** A message of this client begins to wait for the disk. */
  enter(): void {
    this.#inFlight++;
    if (this.#inFlight >= this.#bounds.maxInFlight) this.#hold();
  }

  /** It waits no more. */
  leave(): void {
    this.#inFlight--;
    // At half, so that the sender is woken for many packets and not for each.
    if (this.#inFlight <= this.#bounds.maxInFlight / 2) this.#release();
  }

  /** How long nothing was let through, ms; 0 where the gate is open. */
  heldMs(now: number): number {
    return this.#heldSince === undefined ? 0 : now - this.#heldSince;
  }

  /** How long the sender has left a packet unfinished, ms; the time in which it was not read does not count. */
  unfinishedMs(now: number): number {
    return this.#begunAt === undefined || this.#heldSince !== undefined ? 0 : now - this.#begunAt;
  }

  #isShut(): boolean {
    if (!this.#isLoggedIn) return this.#hasConnect;
    return this.#inFlight >= this.#bounds.maxInFlight || this.#socket.writableNeedDrain;
  }

  #hold(): void {
    if (this.#heldSince !== undefined) return;
    this.#heldSince = this.#clock.now();
    if (this.#isLoggedIn) this.#events.onHold();
  }

  #letThrough(bytes: Buffer): Buffer | null {
    const meter = this.#meter;
    const { maxInFlight, maxPerTurn } = this.#bounds;
    const taken = meter.take(bytes, this.#isLoggedIn ? Math.min(maxInFlight - this.#inFlight, maxPerTurn) : 1);
    if (meter.tooBig !== undefined) {
      const what = `a packet of ${meter.tooBig} bytes was announced and ${meter.maxBytes} are possible`;
      this.#events.onFault('packet-too-large', what);
      return null;
    }
    if (meter.wrongType !== undefined) {
      this.#events.onFault(
        'wrong-packet',
        `a packet of type ${meter.wrongType} came, which no MQTT 3.1.1 client sends`,
      );
      return null;
    }
    if (meter.ended > 0) {
      this.#hasConnect = true;
      this.#begunAt = undefined;
    }
    if (meter.isInPacket) this.#begunAt ??= this.#clock.now();
    const hasRest = taken < bytes.length;
    if (hasRest) this.#socket.unshift(bytes.subarray(taken));
    if (this.#socket.readableLength > 0) this.#rest();
    return hasRest ? bytes.subarray(0, taken) : bytes;
  }

  /**
   * The remaining bytes have their turn after those of others. aedes also asks for more while it still parses (QoS 0 is
   * done at once), and its parser cannot be entered twice.
   */
  #rest(): void {
    this.#isResting = true;
    setImmediate(() => {
      this.#isResting = false;
      if (this.#heldSince === undefined && !this.#socket.destroyed) this.#events.onOpen();
    });
  }

  #release(): void {
    if (this.#heldSince === undefined || this.#isShut()) return;
    this.#heldSince = undefined;
    if (this.#begunAt !== undefined) this.#begunAt = this.#clock.now();
    this.#events.onOpen();
  }
}
