import type { StoreApi } from 'zustand/vanilla';
import type { ThingJson } from '#devices/wire/api.ts';
import type { HistoryBehind } from '#devices/wire/control.ts';
import type { Frame } from '#devices/wire/frame.ts';

/**
 * - `connecting`: the first attempt; nothing has been seen yet
 * - `live`: frames are coming
 * - `reconnecting`: the connection was lost and is being sought
 * - `offline`: sought for longer than OFFLINE_AFTER_MS, and still
 * - `refused`: the server wants a token, or speaks another protocol; it is not asked again by itself
 */
export type ConnectionKind = 'connecting' | 'live' | 'reconnecting' | 'offline' | 'refused';

export interface ConnectionStatus {
  readonly kind: ConnectionKind;
  /** Why it is not live, in the server's or browser's words. */
  readonly reason: string | undefined;
  /** Server time of the newest frame, epoch ms UTC; undefined before the first. */
  readonly lastFrameTime: number | undefined;
  /** What the ingest stores per second; undefined before it was told. */
  readonly observationsPerSecond: number | undefined;
  /** What history lacks now; undefined while it keeps up. */
  readonly historyBehind: HistoryBehind | undefined;
}

export interface LiveEvents {
  /** In order; a snapshot comes first after each connect and each `resume`. Acknowledged when the listener returns. */
  frame(frame: Frame): void;
  /** Things registered or changed; come before the frames that speak of them. */
  things(things: readonly ThingJson[], revision: number): void;
  /** Connected; the catalog is at `revision` and later changes will come as `things`. */
  hello(catalogRevision: number): void;
}

/** The city as it is now. */
export interface LiveSource {
  readonly status: StoreApi<ConnectionStatus>;
  /** The server's clock, epoch ms UTC; our own until the first answer. */
  serverNow(): number;
  /** Server clock minus ours, ms. */
  clockOffset(): number;
  /** Connects and stays connected until `signal` is aborted. */
  start(events: LiveEvents, signal: AbortSignal): void;
  /** Frames stop (heartbeats go on) until `resume`, which begins with a snapshot. */
  pause(): void;
  resume(): void;
  /** Tries again now: after a token was given, or because the user says so. */
  retry(): void;
}
