import type { StatusCode } from '../model/status-code.ts';
import type { ThingSpec } from '../model/thing.ts';

/** One reading as a message gave it, before any catalog knows it. */
export interface DecodedReading {
  readonly thing: string;
  readonly property: string;
  /** Undefined only where `status` is Bad. */
  readonly value: number | boolean | string | undefined;
  /** The source's own time, epoch ms; undefined where the message carries none. */
  readonly time: number | undefined;
  readonly status: StatusCode;
}

/** Why something in a message could not be used. The rest of the message still counts. */
export interface DecodeIssue {
  readonly kind: DecodeIssueKind;
  /** One sentence: what, which, why, what to do. */
  readonly reason: string;
}

export type DecodeIssueKind =
  | 'unknown-topic'
  | 'undecodable'
  | 'not-a-number'
  | 'no-result'
  | 'bad-value'
  | 'bad-time'
  | 'bad-status'
  | 'bad-meta'
  | 'too-large';

/** What a profile makes of one message. */
export interface Decoded {
  readonly readings: readonly DecodedReading[];
  /** Registers or updates a Thing. */
  readonly registration?: ThingSpec;
  readonly issues: readonly DecodeIssue[];
}
