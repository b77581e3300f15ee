/** What the live server needs of a WebSocket: `ws` fulfils it, tests have their own. */
export interface LiveSocket {
  /** Bytes handed to `send` that the network has not taken yet. */
  readonly bufferedAmount: number;
  send(data: string | Uint8Array): void;
  /** A protocol ping; the peer's answer comes as `pong`. */
  ping(): void;
  /** Closes politely: RFC 6455 §7.4 code, and a reason of at most 123 bytes. */
  close(code: number, reason: string): void;
  /** Drops the connection without waiting for the peer. */
  terminate(): void;
}

/** RFC 6455 §7.4.1 and the IANA registry. */
export const CLOSE_CODES = { goingAway: 1001, policyViolation: 1008, tryAgainLater: 1013 } as const;
