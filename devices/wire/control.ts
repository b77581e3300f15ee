import type { ThingJson } from './api.ts';

/**
 * The JSON text messages beside the binary frames on the WebSocket `/live` (sub-protocol `yiping.live.1`).
 *
 * On connect the server sends `hello`; the viewer sends `subscribe`; the server answers with one snapshot frame and
 * then deltas. The viewer acknowledges what it applied; at most MAX_UNACKNOWLEDGED_FRAMES are ever on the way, and what
 * changes meanwhile is conflated. When the connection is quiet the server sends a heartbeat frame every second.
 */
export type ServerMessage =
  | {
      readonly type: 'hello';
      readonly protocol: string;
      /** Epoch ms UTC. */
      readonly serverTime: number;
      /** Grows with every change of the catalog. */
      readonly catalogRevision: number;
    }
  /** Things registered or changed since the last such message; apply before the frames that follow. */
  | { readonly type: 'things'; readonly revision: number; readonly things: readonly ThingJson[] }
  /** The answer to `ping`, for the viewer's clock: `sent` is the ping's own. Epoch ms UTC. */
  | { readonly type: 'pong'; readonly sent: number; readonly serverTime: number }
  /** Once a second: what the ingest does, for the connection display. */
  | {
      readonly type: 'stats';
      readonly observationsPerSecond: number;
      readonly issues: number;
      /** Present while history is away or behind. */
      readonly history?: HistoryBehind;
    }
  | { readonly type: 'error'; readonly message: string };

/** What history does not hold yet is on disk all the same, and live values go on. */
export interface HistoryBehind {
  /** Everything received before this is in history, epoch ms UTC; absent where nobody knows or nothing waits. */
  readonly completeUntil?: number;
  /** Acknowledged, and still on their way to history. */
  readonly observations: number;
  /** Why it takes nothing now; absent where it is only catching up. `kind` is stable, `message` one English sentence. */
  readonly problem?: { readonly kind: string; readonly message: string };
}

export type ViewerMessage =
  | {
      readonly type: 'subscribe';
      /** `all`, or the DatastreamIndexes of interest. A later subscribe replaces the earlier one. */
      readonly datastreams: 'all' | readonly number[];
      /** Frames per second at most, 0.1–60; default 10. */
      readonly maxRate?: number;
    }
  | { readonly type: 'acknowledge'; readonly sequence: number }
  | { readonly type: 'ping'; readonly sent: number };

export const MAX_UNACKNOWLEDGED_FRAMES = 2;
export const DEFAULT_FRAME_RATE = 10;
