/** What the live server allows, each with the reason for its default. */
export interface LiveLimits {
  /** Viewers at once; one more is told to come back later. */
  readonly maxViewers: number;
  /** Bytes waiting in a socket above which nothing new is put into it. Two snapshots of 16,000 datastreams fit. */
  readonly maxBufferedBytes: number;
  /** Messages that a viewer may send per second; acknowledgements at 60 frames/s leave room. */
  readonly maxMessagesPerSecond: number;
  /** A viewer from which nothing came for so long after a ping is gone. */
  readonly pingPeriodMs: number;
}

export const DEFAULT_LIVE_LIMITS: LiveLimits = {
  maxViewers: 200,
  maxBufferedBytes: 1024 * 1024,
  maxMessagesPerSecond: 200,
  pingPeriodMs: 15_000,
};

/** A connection on which nothing was sent for so long gets a heartbeat frame. */
export const HEARTBEAT_MS = 1_000;

/** What the live server counts since the start; `viewers` is how many there are now. */
export interface LiveMetrics {
  viewers: number;
  framesSent: number;
  /** Frames encoded for them: fewer, where viewers are in step. */
  framesEncoded: number;
  bytesSent: number;
  /** Observations in the frames sent, each viewer's counted. */
  observationsSent: number;
  /** Ticks at which a viewer had not taken what it was sent before; what it missed came later, conflated. */
  ticksHeldBack: number;
  viewersRefused: number;
  /** Viewers that were closed: they sent what they must not, or were not there any more. */
  viewersDropped: number;
}

export function createLiveMetrics(): LiveMetrics {
  return {
    viewers: 0,
    framesSent: 0,
    framesEncoded: 0,
    bytesSent: 0,
    observationsSent: 0,
    ticksHeldBack: 0,
    viewersRefused: 0,
    viewersDropped: 0,
  };
}
