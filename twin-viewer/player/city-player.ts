import { createStore } from 'zustand/vanilla';
import type { Clock } from '#devices/time/clock.ts';
import type { Frame } from '#devices/wire/frame.ts';
import type { HistorySource } from './history-source.ts';
import type { LiveEvents, LiveSource } from './live-source.ts';
import { onGrid, SPEEDS, stepMsOf, TICK_MS } from './playback-speed.ts';
import type { FrameSink, Player, PlayerState } from './player.ts';
import { ReplayBuffer } from './replay-buffer.ts';

/** What is younger than this may not be in history yet. */
export const HISTORY_LAG_MS = 2_000;
/** The finest source time is a microsecond: the state before T is the state at T less this, inclusive. */
const MICROSECOND_MS = 0.001;

export interface CityPlayerParts {
  readonly live: LiveSource;
  readonly history: HistorySource;
  readonly sink: FrameSink;
  readonly clock: Clock;
  /** Told of catalog changes; frames go to `sink`. */
  readonly catalog: Pick<LiveEvents, 'things' | 'hello'>;
}

/**
 * The moment T shows every observation with order time before T. `seek` loads that state whole; play adds the steps that
 * end at or before T; both come to the same, because steps and moments lie on one grid.
 */
export class CityPlayer implements Player {
  readonly store = createStore<PlayerState>(() => ({
    mode: 'live',
    playing: true,
    speed: 1,
    moment: undefined,
    loading: false,
    failure: undefined,
  }));
  readonly #parts: CityPlayerParts;
  #buffer: ReplayBuffer | undefined;
  #stopTicks: (() => void) | undefined;
  #seeking: AbortController | undefined;
  /** Asked for while another seek was on the way; only the newest counts. */
  #nextSeek: number | undefined;

  constructor(parts: CityPlayerParts) {
    this.#parts = parts;
  }

  start(signal: AbortSignal): void {
    const { live, sink, catalog } = this.#parts;
    const frame = (each: Frame) => {
      if (this.#state.mode === 'live') sink.apply(each);
    };
    live.start({ frame, things: catalog.things, hello: catalog.hello }, signal);
    signal.addEventListener('abort', () => this.#halt());
  }

  presentTime(): number {
    return this.#state.moment ?? this.#parts.live.serverNow();
  }

  serverNow(): number {
    return this.#parts.live.serverNow();
  }

  play(): void {
    const { playing, failure, moment } = this.#state;
    if (playing) return;
    if (failure !== undefined && moment !== undefined) {
      // What is shown is not the state at `moment`: it is loaded first.
      this.#showPast(moment, true);
      return;
    }
    this.store.setState({ playing: true });
    if (this.#seeking === undefined) this.#run();
  }

  pause(): void {
    if (!this.#state.playing) return;
    if (this.#state.mode === 'live') this.#showPast(this.#newest(), false);
    else {
      this.#stopRun();
      this.store.setState({ playing: false });
    }
  }

  step(direction: 1 | -1): void {
    if (this.#state.mode === 'live' && direction === 1) return;
    // From live the step leads away from the newest moment that history knows.
    const from = this.#state.moment ?? this.#newest();
    this.#showPast(from + direction * this.#state.speed * 1000, false);
  }

  setSpeed(speed: number): void {
    if (!SPEEDS.includes(speed)) {
      throw new RangeError(`speed ${speed} is not one of ${SPEEDS.join(', ')}`);
    }
    this.store.setState({ speed });
    if (this.#buffer !== undefined) {
      this.#stopRun();
      this.#run();
    }
  }

  seek(time: number): void {
    this.#showPast(time, this.#state.mode === 'replay' && this.#state.playing);
  }

  goLive(): void {
    if (this.#state.mode === 'live') return;
    this.#halt();
    this.store.setState({ mode: 'live', playing: true, moment: undefined, loading: false, failure: undefined });
    this.#parts.live.resume();
  }

  get #state(): PlayerState {
    return this.store.getState();
  }

  #newest(): number {
    return this.serverNow() - HISTORY_LAG_MS;
  }

  #halt(): void {
    this.#stopRun();
    this.#seeking?.abort();
    this.#seeking = undefined;
    this.#nextSeek = undefined;
  }

  #showPast(time: number, playing: boolean): void {
    if (time > this.#newest() + 1) {
      this.goLive();
      return;
    }
    this.#stopRun();
    if (this.#state.mode === 'live') this.#parts.live.pause();
    const moment = onGrid(time);
    this.store.setState({ mode: 'replay', playing, loading: true, failure: undefined });
    if (this.#seeking === undefined) this.#load(moment);
    else this.#nextSeek = moment;
    // The handle is under the finger at once; the city follows when its state has come.
    this.store.setState({ moment });
  }

  #load(moment: number): void {
    const seeking = new AbortController();
    this.#seeking = seeking;
    this.#parts.history.stateAt(moment - MICROSECOND_MS, seeking.signal).then(
      (frame) => {
        if (seeking.signal.aborted) return;
        this.#parts.sink.apply(frame);
        this.#arrived();
      },
      (error: unknown) => {
        if (!seeking.signal.aborted) this.#failed(error instanceof Error ? error.message : String(error));
      },
    );
  }

  #arrived(): void {
    this.#seeking = undefined;
    const next = this.#nextSeek;
    this.#nextSeek = undefined;
    if (next !== undefined) {
      this.#load(next);
      return;
    }
    this.store.setState({ loading: false });
    if (this.#state.playing) this.#run();
  }

  #failed(failure: string): void {
    this.#halt();
    this.store.setState({ loading: false, playing: false, failure });
  }

  #run(): void {
    const from = this.#state.moment;
    if (from === undefined) return;
    const { history, clock } = this.#parts;
    const stepMs = stepMsOf(this.#state.speed);
    this.#buffer = new ReplayBuffer({
      history,
      from,
      stepMs,
      newest: () => this.#newest(),
      onArrival: () => this.store.setState({ loading: false }),
      onFailure: (reason) => this.#failed(reason),
    });
    this.#stopTicks = clock.every(TICK_MS, () => this.#tick(stepMs));
    this.#buffer.reaches(from);
  }

  #stopRun(): void {
    this.#buffer?.dispose();
    this.#buffer = undefined;
    this.#stopTicks?.();
    this.#stopTicks = undefined;
  }

  #tick(stepMs: number): void {
    const moment = (this.#state.moment as number) + stepMs;
    if (moment > this.#newest()) {
      // At single speed the present runs ahead as fast as we do: only a faster replay arrives here.
      this.goLive();
      return;
    }
    if (this.#buffer?.reaches(moment) !== true) {
      this.store.setState({ loading: true });
      return;
    }
    this.store.setState({ moment });
    this.#buffer.take(moment, (frame) => this.#parts.sink.apply(frame));
  }
}
