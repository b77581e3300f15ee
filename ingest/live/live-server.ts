import type { Catalog } from '#devices/catalog/catalog.ts';
import type { Clock } from '#devices/time/clock.ts';
import type { HistoryBehind } from '#devices/wire/control.ts';
import { LIVE_PROTOCOL } from '#devices/wire/frame.ts';
import { ChangeLog } from './change-log.ts';
import { FrameEncoder } from './frame-encoder.ts';
import type { LatestTable } from './latest-table.ts';
import {
  createLiveMetrics,
  DEFAULT_LIVE_LIMITS,
  HEARTBEAT_MS,
  type LiveLimits,
  type LiveMetrics,
} from './live-limits.ts';
import { CLOSE_CODES, type LiveSocket } from './live-socket.ts';
import { LiveViewer, type SharedLive } from './live-viewer.ts';
import { ThingsFeed } from './things-feed.ts';
import { parseViewerMessage, ViewerMessageError } from './viewer-message.ts';

export interface LiveServerParts {
  readonly latest: LatestTable;
  readonly catalog: Catalog;
  readonly clock: Clock;
  /** Totals since the start, for the `stats` message: observations stored, and issues. */
  readonly totals: () => { readonly observations: number; readonly issues: number };
  /** How far history is behind, for the same message; undefined where it is not. */
  readonly historyBehind?: () => HistoryBehind | undefined;
  readonly limits?: Partial<LiveLimits>;
}

/** Viewers of one frame rate: they tick together, so that those in step share an encoding. */
interface Lane {
  readonly viewers: Set<LiveViewer>;
  readonly stop: () => void;
}

/** What a transport reports about one connection. */
export interface LiveConnection {
  message(text: string): void;
  pong(): void;
  closed(): void;
}

/**
 * The `/live` protocol of devices/wire/control.ts over any LiveSocket. Viewers share the LatestTable and one change
 * log; per tick each gets what changed since its last frame, encoded once for all that are in step.
 *
 * Measured with the Astana fleet (1,500 observations/s, 10 frames/s, two shared cores): the whole service takes 0.22 s of
 * CPU a second with one viewer and 0.28 s with a hundred, which together get 9 MB and 288,000 observations a second.
 */
export class LiveServer {
  readonly #parts: LiveServerParts;
  readonly #shared: SharedLive;
  /** Each viewer and the frame rate of its lane, undefined before it subscribes. */
  readonly #viewers = new Map<LiveViewer, number | undefined>();
  readonly #lanes = new Map<number, Lane>();
  readonly #stops: (() => void)[] = [];
  #observationsBefore = 0;
  #stopped = false;

  constructor(parts: LiveServerParts) {
    this.#parts = parts;
    const changes = new ChangeLog(parts.latest);
    const metrics = createLiveMetrics();
    this.#shared = {
      changes,
      metrics,
      encoder: new FrameEncoder(parts.latest, changes, metrics),
      things: new ThingsFeed(parts.catalog),
      limits: { ...DEFAULT_LIVE_LIMITS, ...parts.limits },
    };
  }

  get metrics(): Readonly<LiveMetrics> {
    return this.#shared.metrics;
  }

  start(): void {
    const { clock } = this.#parts;
    this.#shared.changes.start();
    this.#shared.things.start();
    this.#observationsBefore = this.#parts.totals().observations;
    this.#stops.push(
      clock.every(1000, () => this.#tellStats()),
      clock.every(HEARTBEAT_MS / 4, () => this.#beat()),
      clock.every(this.#shared.limits.pingPeriodMs, () => this.#pingAll()),
    );
  }

  /** Closes every viewer with "going away". */
  stop(): void {
    this.#stopped = true;
    for (const stop of this.#stops.splice(0)) stop();
    for (const viewer of [...this.#viewers.keys()]) {
      this.#forget(viewer);
      viewer.socket.close(CLOSE_CODES.goingAway, 'the server is stopping');
    }
    this.#shared.things.stop();
    this.#shared.changes.stop();
  }

  /** Takes a new connection and greets it; undefined where it was refused and closed. */
  connect(socket: LiveSocket): LiveConnection | undefined {
    const { limits, metrics } = this.#shared;
    if (this.#stopped || this.#viewers.size >= limits.maxViewers) {
      metrics.viewersRefused++;
      const why = this.#stopped ? 'the server is stopping' : `all ${limits.maxViewers} places for viewers are taken`;
      socket.send(JSON.stringify({ type: 'error', message: `${why}; try again later` }));
      socket.close(CLOSE_CODES.tryAgainLater, why);
      return undefined;
    }
    const now = this.#parts.clock.now();
    const viewer = new LiveViewer(socket, this.#shared, now);
    this.#viewers.set(viewer, undefined);
    metrics.viewers = this.#viewers.size;
    const catalogRevision = this.#shared.things.revision;
    viewer.tell({ type: 'hello', protocol: LIVE_PROTOCOL, serverTime: now, catalogRevision });
    return {
      message: (text) => this.#take(viewer, text),
      pong: () => this.#guard(viewer, () => viewer.heardFrom(this.#parts.clock.now())),
      closed: () => this.#forget(viewer),
    };
  }

  #take(viewer: LiveViewer, text: string): void {
    this.#guard(viewer, () => {
      const now = this.#parts.clock.now();
      viewer.heardFrom(now);
      const request = parseViewerMessage(text, this.#parts.catalog.datastreamCount);
      switch (request.type) {
        case 'subscribe':
          viewer.subscribe(request.among);
          this.#enterLane(viewer, request.maxRate);
          viewer.flush(now);
          return;
        case 'acknowledge':
          viewer.acknowledge(request.sequence);
          return;
        case 'ping':
          viewer.tell({ type: 'pong', sent: request.sent, serverTime: now });
          return;
      }
    });
  }

  /** Runs an order of the viewer's; one that it must not give ends the connection with the reason. */
  #guard(viewer: LiveViewer, run: () => void): void {
    if (!this.#viewers.has(viewer)) return;
    try {
      run();
    } catch (error) {
      if (!(error instanceof ViewerMessageError)) throw error;
      this.#shared.metrics.viewersDropped++;
      this.#forget(viewer);
      viewer.tell({ type: 'error', message: error.message });
      viewer.socket.close(CLOSE_CODES.policyViolation, closeReason(error.message));
    }
  }

  #enterLane(viewer: LiveViewer, rate: number): void {
    this.#leaveLane(viewer);
    this.#viewers.set(viewer, rate);
    const lane = this.#lanes.get(rate);
    if (lane !== undefined) {
      lane.viewers.add(viewer);
      return;
    }
    const viewers = new Set([viewer]);
    const stop = this.#parts.clock.every(1000 / rate, () => {
      const now = this.#parts.clock.now();
      for (const each of viewers) each.flush(now);
    });
    this.#lanes.set(rate, { viewers, stop });
  }

  #leaveLane(viewer: LiveViewer): void {
    const rate = this.#viewers.get(viewer);
    if (rate === undefined) return;
    const lane = this.#lanes.get(rate);
    if (lane === undefined) return;
    lane.viewers.delete(viewer);
    if (lane.viewers.size > 0) return;
    lane.stop();
    this.#lanes.delete(rate);
  }

  #forget(viewer: LiveViewer): void {
    this.#leaveLane(viewer);
    this.#viewers.delete(viewer);
    this.#shared.metrics.viewers = this.#viewers.size;
  }

  #tellStats(): void {
    const { observations, issues } = this.#parts.totals();
    const observationsPerSecond = observations - this.#observationsBefore;
    this.#observationsBefore = observations;
    const history = this.#parts.historyBehind?.();
    const stats = { type: 'stats', observationsPerSecond, issues, ...(history !== undefined && { history }) } as const;
    for (const viewer of this.#viewers.keys()) viewer.tell(stats);
  }

  #beat(): void {
    const now = this.#parts.clock.now();
    for (const viewer of this.#viewers.keys()) viewer.heartbeat(now);
  }

  #pingAll(): void {
    for (const viewer of [...this.#viewers.keys()]) {
      if (viewer.ping()) continue;
      this.#shared.metrics.viewersDropped++;
      this.#forget(viewer);
      viewer.socket.terminate();
    }
  }
}

/** RFC 6455 §5.5: a close frame carries at most 125 bytes, two of them the code. */
function closeReason(message: string): string {
  let reason = message;
  while (Buffer.byteLength(reason) > 120) reason = `${reason.slice(0, Math.floor(reason.length * 0.9) - 1)}…`;
  return reason;
}
