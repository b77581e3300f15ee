import { createStore } from 'zustand/vanilla';
import type { Clock } from '#devices/time/clock.ts';
import type { ServerMessage } from '#devices/wire/control.ts';
import { type Frame, LIVE_PROTOCOL } from '#devices/wire/frame.ts';
import type { LiveSocket, OpenLiveSocket } from './live-socket.ts';
import type { ConnectionKind, ConnectionStatus, LiveEvents, LiveSource } from './live-source.ts';
import { reconnectDelayMs } from './reconnect-delay.ts';
import { ServerClock } from './server-clock.ts';

/** The server speaks at least once a second; a connection that is silent for this long is dead. */
export const SILENCE_MS = 5_000;
export const OFFLINE_AFTER_MS = 15_000;
/** The reason of `refused` where a token opens the way. */
export const TOKEN_NEEDED = 'a token is needed';
const PING_MS = 5_000;

export interface LiveConnectionParts {
  readonly open: OpenLiveSocket;
  readonly clock: Clock;
  /** 0 ≤ random < 1 */
  readonly random: () => number;
  /** Whether the server would refuse us for want of a token; asked when an attempt fails, as a socket does not tell. */
  readonly needsToken: () => Promise<boolean>;
}

/** Keeps one connection to `/live`: connects, watches, acknowledges, and comes back with a fresh snapshot when it was cut. */
export class LiveConnection implements LiveSource {
  readonly status = createStore<ConnectionStatus>(() => ({
    kind: 'connecting',
    reason: undefined,
    lastFrameTime: undefined,
    observationsPerSecond: undefined,
    historyBehind: undefined,
  }));
  readonly #parts: LiveConnectionParts;
  readonly #clock: ServerClock;
  #events: LiveEvents | undefined;
  #socket: LiveSocket | undefined;
  #attempt = 0;
  #failures = 0;
  #lostAt: number | undefined;
  #heardAt = 0;
  #paused = false;
  /** Resumed, and what comes may still be the answer to the pause: nothing is shown before the snapshot. */
  #awaitsSnapshot = false;
  #stopped = true;
  #cancelRetry: (() => void) | undefined;

  constructor(parts: LiveConnectionParts) {
    this.#parts = parts;
    this.#clock = new ServerClock(parts.clock);
  }

  serverNow(): number {
    return this.#clock.now();
  }

  clockOffset(): number {
    return this.#clock.offset;
  }

  start(events: LiveEvents, signal: AbortSignal): void {
    this.#events = events;
    this.#stopped = false;
    const stops = [
      this.#parts.clock.every(PING_MS, () => this.#ping()),
      this.#parts.clock.every(1000, () => this.#watch()),
    ];
    signal.addEventListener('abort', () => {
      this.#stopped = true;
      for (const stop of stops) stop();
      this.#cancelRetry?.();
      this.#leave();
    });
    this.#connect();
  }

  pause(): void {
    this.#paused = true;
    this.#subscribe();
  }

  resume(): void {
    this.#paused = false;
    this.#awaitsSnapshot = true;
    this.#subscribe();
  }

  retry(): void {
    if (this.#stopped || this.status.getState().kind === 'live') return;
    this.#cancelRetry?.();
    this.#leave();
    this.#connect();
  }

  #connect(): void {
    // An attempt that is over must not speak into the next one.
    const attempt = ++this.#attempt;
    const current = <A extends unknown[]>(run: (...args: A) => void) => {
      return (...args: A) => {
        if (attempt === this.#attempt) run(...args);
      };
    };
    this.#heardAt = this.#parts.clock.now();
    this.#socket = this.#parts.open({
      opened: current(() => this.#opened()),
      message: current((message: ServerMessage) => this.#take(message)),
      frame: current((frame: Frame) => this.#show(frame)),
      closed: current((reason: string) => this.#lost(reason)),
    });
  }

  #opened(): void {
    this.#awaitsSnapshot = false;
    this.#heardAt = this.#parts.clock.now();
    this.#subscribe();
    this.#ping();
  }

  #subscribe(): void {
    this.#socket?.send({ type: 'subscribe', datastreams: this.#paused ? [] : 'all' });
  }

  #ping(): void {
    this.#socket?.send({ type: 'ping', sent: this.#parts.clock.now() });
  }

  #take(message: ServerMessage): void {
    this.#heardAt = this.#parts.clock.now();
    switch (message.type) {
      case 'hello':
        this.#clock.guess(message.serverTime);
        if (message.protocol !== LIVE_PROTOCOL) {
          this.#refuse(`the server speaks ${message.protocol}, this page ${LIVE_PROTOCOL}: reload the page`);
        } else this.#events?.hello(message.catalogRevision);
        return;
      case 'things':
        this.#events?.things(message.things, message.revision);
        return;
      case 'pong':
        this.#clock.measure(message.sent, message.serverTime);
        return;
      case 'stats':
        this.status.setState({
          observationsPerSecond: message.observationsPerSecond,
          historyBehind: message.history,
        });
        return;
      case 'error':
        this.status.setState({ reason: message.message });
        return;
    }
  }

  #show(frame: Frame): void {
    this.#heardAt = this.#parts.clock.now();
    if (this.#isWanted(frame)) this.#events?.frame(frame);
    if (frame.kind !== 'heartbeat') this.#socket?.send({ type: 'acknowledge', sequence: frame.sequence });
    this.#failures = 0;
    this.#lostAt = undefined;
    this.status.setState({ kind: 'live', reason: undefined, lastFrameTime: frame.time });
  }

  /** The answer to the pause is an empty snapshot; a quiet connection has answered everything. */
  #isWanted(frame: Frame): boolean {
    if (this.#paused) return frame.kind === 'heartbeat';
    if (!this.#awaitsSnapshot) return true;
    const isEmpty = frame.batch.count === 0 && frame.texts.length === 0;
    this.#awaitsSnapshot = !(frame.kind === 'heartbeat' || (frame.kind === 'snapshot' && !isEmpty));
    return !this.#awaitsSnapshot;
  }

  #watch(): void {
    const now = this.#parts.clock.now();
    if (this.#socket !== undefined && now - this.#heardAt > SILENCE_MS) {
      this.#lost(`nothing heard for ${SILENCE_MS / 1000} s`);
    }
    if (this.#lostAt !== undefined && now - this.#lostAt > OFFLINE_AFTER_MS) this.#sayLost('offline');
  }

  #lost(reason: string): void {
    this.#leave();
    const now = this.#parts.clock.now();
    this.#lostAt ??= now;
    this.#sayLost('reconnecting', reason);
    this.#cancelRetry = this.#parts.clock.after(reconnectDelayMs(++this.#failures, this.#parts.random()), () =>
      this.#connect(),
    );
    const attempt = this.#attempt;
    this.#parts.needsToken().then(
      (needsToken) => {
        if (needsToken && attempt === this.#attempt && !this.#stopped) this.#refuse(TOKEN_NEEDED);
      },
      // The server cannot be asked either: the retry that is already set goes on.
      () => {},
    );
  }

  #sayLost(kind: ConnectionKind, reason?: string): void {
    const before = this.status.getState();
    const stays = before.kind === 'offline' || (before.kind === 'connecting' && kind === 'reconnecting');
    this.status.setState({
      kind: kind === 'reconnecting' && stays ? before.kind : kind,
      reason: reason === undefined || reason === '' ? before.reason : reason,
    });
  }

  #refuse(reason: string): void {
    this.#cancelRetry?.();
    this.#leave();
    this.status.setState({ kind: 'refused', reason });
  }

  #leave(): void {
    this.#attempt++;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }
}
