import type { ThingSource, ThingSpec } from '#devices/model/thing.ts';

/** One reading as decoded, before the catalog knows it. */
export interface Reading {
  readonly thing: string;
  readonly property: string;
  /** A number, a boolean, a string, or undefined: Bad without a result. */
  readonly value: number | boolean | string | undefined;
  /** The source's own time, epoch ms; undefined where the message carries none. */
  readonly time: number | undefined;
  /** StatusCode as sent; Good where the message says nothing. */
  readonly status: number;
}

/** What came in one message (or one OPC UA notification), received at one time. */
export interface SourceMessage {
  readonly source: ThingSource['protocol'];
  /** Topic or NodeId, for engineers. */
  readonly address: string;
  /** Who sent it, where the source knows: for the embedded broker the MQTT client id. */
  readonly sender?: string;
  /** Epoch ms UTC, stamped when the bytes came. */
  readonly receivedTime: number;
  readonly readings: readonly Reading[];
  /** Things that this message registers or updates, applied before the readings. */
  readonly things: readonly { readonly spec: ThingSpec; readonly source: ThingSource }[];
  /** The bytes as they came, for the issues that speak of them. */
  readonly payload?: Uint8Array;
  /** Nobody waits for it (MQTT QoS 0): it may be dropped, and counted, where the pipeline is full. */
  readonly mayDrop?: boolean;
}

/** Something a source or the pipeline could not take; counted, and the newest few are kept. */
export interface SourceIssue {
  /** Epoch ms UTC. */
  readonly time: number;
  readonly source: ThingSource['protocol'] | 'pipeline' | 'live';
  /** Stable kind for counting and metrics, kebab-case: `undecodable`, `unknown-topic`, `not-a-number`, `clock-ahead` … */
  readonly kind: string;
  readonly address: string;
  /** At most the first 120 bytes of the message, printable. */
  readonly firstBytes: string;
  /** One sentence: what, which, why, what to do. */
  readonly reason: string;
}

/** Where sources put what they receive. */
export interface Intake {
  /**
   * Takes a message; resolves when all its observations are on disk, rejects when they are not (then the source must
   * not acknowledge it). Calls keep their order. Never waits for viewers.
   */
  accept(message: SourceMessage): Promise<void>;
  report(issue: SourceIssue): void;
}

/** A connection to the outside: constructors do nothing, `start` does, and what it needs it was given. */
export interface Source {
  /** Resolves when it is listening or connecting; rejects with a clear error where it never can. */
  start(): Promise<void>;
  /** Stops taking, waits for what is in flight, closes. */
  stop(): Promise<void>;
}
