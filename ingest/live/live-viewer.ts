import { MAX_UNACKNOWLEDGED_FRAMES, type ServerMessage } from '#devices/wire/control.ts';
import { encodeFrame } from '#devices/wire/frame.ts';
import type { ChangeLog } from './change-log.ts';
import { type FrameEncoder, withSequence } from './frame-encoder.ts';
import { HEARTBEAT_MS, type LiveLimits, type LiveMetrics } from './live-limits.ts';
import type { LiveSocket } from './live-socket.ts';
import type { ThingsFeed } from './things-feed.ts';
import { ViewerMessageError } from './viewer-message.ts';

/** What all viewers of one live server share. */
export interface SharedLive {
  readonly changes: ChangeLog;
  readonly encoder: FrameEncoder;
  readonly things: ThingsFeed;
  readonly limits: LiveLimits;
  readonly metrics: LiveMetrics;
}

interface Subscription {
  /** Ascending indexes; undefined: the whole city. */
  readonly among: Uint32Array | undefined;
  /** The first frame, a snapshot, is still owed. */
  snapshotDue: boolean;
  /** Version of the change log up to which the viewer was sent everything. */
  sentVersion: number;
}

const NO_OBSERVATIONS = {
  count: 0,
  index: new Uint32Array(0),
  time: new Float64Array(0),
  receivedTime: new Float64Array(0),
  value: new Float64Array(0),
  status: new Uint32Array(0),
};

/**
 * One connection: what it subscribed to, what it was sent and what it acknowledged. Holds no observation: a viewer that
 * is slow costs nothing but its version number, and gets the newest values when it is ready again.
 */
export class LiveViewer {
  readonly socket: LiveSocket;
  readonly #shared: SharedLive;
  #subscription: Subscription | undefined;
  #sequence = 0;
  /** Sequences of snapshots and deltas on the way, oldest first; at most MAX_UNACKNOWLEDGED_FRAMES. */
  #inFlight: number[] = [];
  #catalogRevision: number;
  #lastSentAt: number;
  /** Something came from the viewer since the last ping. */
  #heard = true;
  #messageSecond = Number.NEGATIVE_INFINITY;
  #messagesThisSecond = 0;

  constructor(socket: LiveSocket, shared: SharedLive, now: number) {
    this.socket = socket;
    this.#shared = shared;
    this.#catalogRevision = shared.things.revision;
    this.#lastSentAt = now;
  }

  subscribe(among: Uint32Array | undefined): void {
    this.#subscription = { among, snapshotDue: true, sentVersion: 0 };
  }

  /** @throws {ViewerMessageError} for a frame that was never sent. */
  acknowledge(sequence: number): void {
    if (sequence > this.#sequence) {
      throw new ViewerMessageError(
        `acknowledge: frame ${sequence} was never sent on this connection; the newest is ${this.#sequence}`,
      );
    }
    while (this.#inFlight.length > 0 && (this.#inFlight[0] as number) <= sequence) this.#inFlight.shift();
  }

  /** Sends what the viewer is owed, if it is ready to take it; else nothing, and it stays owed. */
  flush(now: number): void {
    const subscription = this.#subscription;
    const { changes, encoder, metrics } = this.#shared;
    const behind = subscription !== undefined && subscription.sentVersion < changes.version;
    if (subscription === undefined || !(behind || subscription.snapshotDue)) {
      this.#tellThings();
      return;
    }
    if (!this.#isReady()) {
      metrics.ticksHeldBack++;
      return;
    }
    this.#tellThings();
    const kind = subscription.snapshotDue ? 'snapshot' : 'delta';
    const frame = encoder.frame(kind, subscription.sentVersion, subscription.among, now);
    subscription.sentVersion = changes.version;
    if (frame.count === 0 && kind === 'delta') return;
    subscription.snapshotDue = false;
    this.#sendFrame(withSequence(frame.bytes, ++this.#sequence), now);
    this.#inFlight.push(this.#sequence);
    metrics.observationsSent += frame.count;
  }

  /**
   * Keeps a quiet connection visibly alive. A heartbeat needs no acknowledgement, so it is left out only where the socket
   * itself is backed up.
   */
  heartbeat(now: number): void {
    if (this.#subscription === undefined || now - this.#lastSentAt < HEARTBEAT_MS) return;
    if (this.socket.bufferedAmount > 0) return;
    const sequence = ++this.#sequence;
    this.#sendFrame(encodeFrame({ kind: 'heartbeat', sequence, time: now, batch: NO_OBSERVATIONS, texts: [] }), now);
  }

  /** A message that the viewer can do without: left out where the socket is backed up. */
  tell(message: ServerMessage): void {
    if (this.socket.bufferedAmount <= this.#shared.limits.maxBufferedBytes) this.socket.send(JSON.stringify(message));
  }

  /** Notes a message of the viewer. @throws {ViewerMessageError} where it sends too many. */
  heardFrom(now: number): void {
    this.#heard = true;
    const second = Math.floor(now / 1000);
    if (second !== this.#messageSecond) {
      this.#messageSecond = second;
      this.#messagesThisSecond = 0;
    }
    const { maxMessagesPerSecond } = this.#shared.limits;
    if (++this.#messagesThisSecond > maxMessagesPerSecond) {
      throw new ViewerMessageError(`more than ${maxMessagesPerSecond} messages in one second`);
    }
  }

  /** Pings; the answer is false where nothing came since the ping before: the peer is gone. */
  ping(): boolean {
    if (!this.#heard) return false;
    this.#heard = false;
    this.socket.ping();
    return true;
  }

  #isReady(): boolean {
    return (
      this.#inFlight.length < MAX_UNACKNOWLEDGED_FRAMES &&
      this.socket.bufferedAmount <= this.#shared.limits.maxBufferedBytes
    );
  }

  #tellThings(): void {
    const { things, limits } = this.#shared;
    if (this.#catalogRevision >= things.revision || this.socket.bufferedAmount > limits.maxBufferedBytes) return;
    for (const message of things.since(this.#catalogRevision)) this.socket.send(message);
    this.#catalogRevision = things.revision;
  }

  #sendFrame(bytes: Uint8Array, now: number): void {
    this.socket.send(bytes);
    this.#lastSentAt = now;
    this.#shared.metrics.framesSent++;
    this.#shared.metrics.bytesSent += bytes.byteLength;
  }
}
