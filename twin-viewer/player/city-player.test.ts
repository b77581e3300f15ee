import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { ManualClock } from '#devices/time/manual-clock.ts';
import type { Frame } from '#devices/wire/frame.ts';
import { LatestValues } from '../state/latest-values.ts';
import { CityPlayer, HISTORY_LAG_MS } from './city-player.ts';
import type { ConnectionStatus, LiveEvents, LiveSource } from './live-source.ts';
import { MemoryHistory, type PastObservation } from './memory-history.ts';
import { MOMENT_GRID_MS, SPEEDS } from './playback-speed.ts';

const NOW = 1_800_000_000_000;

/** A live source that plays nothing by itself and notes what it was asked. */
class QuietLive implements LiveSource {
  readonly status = createStore<ConnectionStatus>(() => ({
    kind: 'live',
    reason: undefined,
    lastFrameTime: undefined,
    observationsPerSecond: undefined,
    historyBehind: undefined,
  }));
  readonly orders: string[] = [];
  events: LiveEvents | undefined;
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }
  serverNow = () => this.#clock.now();
  clockOffset = () => 0;
  start(events: LiveEvents): void {
    this.events = events;
  }
  pause = () => void this.orders.push('pause');
  resume = () => void this.orders.push('resume');
  retry(): void {}
}

function setUp(observations: readonly PastObservation[] = []) {
  const clock = new ManualClock(NOW);
  const live = new QuietLive(clock);
  const history = new MemoryHistory(observations);
  const sink = new LatestValues();
  const player = new CityPlayer({ live, history, sink, clock, catalog: { things() {}, hello() {} } });
  player.start(new AbortController().signal);
  return { clock, live, history, sink, player };
}

/** Lets what history answered arrive. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

function stateOf(sink: LatestValues): unknown[] {
  return Array.from({ length: 8 }, (_, index) => sink.reading(index));
}

/** A small and crowded world: ten seconds, so that moments and observations often meet exactly. */
const START = NOW - 120_000;
const observation = fc.record({
  index: fc.integer({ min: 0, max: 7 }),
  // Late data, exact grid points and sources whose clock runs ahead are all among these.
  time: fc.oneof(
    fc.integer({ min: 0, max: 40 }).map((step) => START + step * MOMENT_GRID_MS),
    fc.integer({ min: 0, max: 10_000_000 }).map((us) => START + us / 1000),
  ),
  receivedTime: fc.integer({ min: 0, max: 10_000 }).map((ms) => START + ms),
  value: fc.integer({ min: -5, max: 5 }),
  status: fc.constantFrom(0, 0x40000000, 0x80000000),
});

const order = fc.oneof(
  fc.record({ kind: fc.constant('wait' as const), ticks: fc.integer({ min: 0, max: 12 }) }),
  fc.record({ kind: fc.constant('speed' as const), speed: fc.constantFrom(...SPEEDS) }),
  fc.record({ kind: fc.constant('pause' as const) }),
  fc.record({ kind: fc.constant('seek' as const), to: fc.integer({ min: 0, max: 10_000 }) }),
  fc.record({ kind: fc.constant('step' as const), direction: fc.constantFrom(1 as const, -1 as const) }),
);

describe('the player', () => {
  test('the state reached by playing to a moment is the state reached by seeking to it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(observation, { maxLength: 60 }),
        fc.array(order, { maxLength: 12 }),
        async (seen, orders) => {
          const played = setUp(seen);
          played.player.seek(START - 500);
          await settle();
          for (const each of orders) {
            played.player.play();
            if (each.kind === 'speed') played.player.setSpeed(each.speed);
            if (each.kind === 'pause') played.player.pause();
            if (each.kind === 'seek') played.player.seek(START + each.to);
            if (each.kind === 'step') played.player.step(each.direction);
            for (let tick = each.kind === 'wait' ? each.ticks : 2; tick > 0; tick--) {
              await settle();
              played.clock.advance(250);
            }
          }
          await settle();
          const { moment } = played.player.store.getState();
          if (moment === undefined) return;
          const sought = setUp(seen);
          sought.clock.advance(played.clock.now() - NOW);
          sought.player.seek(moment);
          await settle();
          expect(sought.player.store.getState()).toMatchObject({ moment, loading: false });
          expect(stateOf(played.sink)).toEqual(stateOf(sought.sink));
        },
      ),
      { numRuns: 200 },
    );
  }, 60_000);

  test('at speed 10 ten seconds of the city pass in one', async () => {
    const { player, clock } = setUp();
    player.seek(NOW - 600_000);
    player.setSpeed(10);
    player.play();
    await settle();
    for (let tick = 0; tick < 4; tick++) {
      clock.advance(250);
      await settle();
    }
    expect(player.store.getState().moment).toBe(NOW - 590_000);
  });

  test('pausing the present stops at it, and live goes on from a snapshot', async () => {
    const { player, live } = setUp();
    player.pause();
    await settle();
    expect(player.store.getState()).toMatchObject({ mode: 'replay', playing: false, moment: NOW - HISTORY_LAG_MS });
    player.goLive();
    expect(player.store.getState()).toMatchObject({ mode: 'live', moment: undefined });
    expect(live.orders).toEqual(['pause', 'resume']);
  });

  test('a step back from live, and one forward, are a second each', async () => {
    const { player } = setUp();
    player.step(-1);
    await settle();
    expect(player.store.getState()).toMatchObject({ playing: false, moment: NOW - HISTORY_LAG_MS - 1000 });
    player.step(-1);
    player.step(-1);
    player.step(1);
    await settle();
    expect(player.store.getState().moment).toBe(NOW - HISTORY_LAG_MS - 2000);
  });

  test('a replay that catches up with the present goes live', async () => {
    const { player, clock } = setUp();
    player.seek(NOW - 60_000);
    player.setSpeed(60);
    player.play();
    for (let tick = 0; tick < 8; tick++) {
      await settle();
      clock.advance(250);
    }
    expect(player.store.getState().mode).toBe('live');
  });

  test('what comes live during a replay does not touch it', async () => {
    const { player, live, sink } = setUp([
      { index: 1, time: NOW - 9_000, receivedTime: NOW - 9_000, value: 5, status: 0 },
    ]);
    player.seek(NOW - 8_000);
    await settle();
    live.events?.frame(await new MemoryHistory([]).stateAt(NOW, new AbortController().signal));
    expect(sink.reading(1)?.value).toBe(5);
  });

  test('of many seeks while one is on the way only the newest is asked for', async () => {
    const { player, history } = setUp();
    const asked: number[] = [];
    const stateAt = history.stateAt.bind(history);
    history.stateAt = (at, signal): Promise<Frame> => {
      asked.push(at);
      return stateAt(at, signal);
    };
    for (const back of [50_000, 40_000, 30_000]) player.seek(NOW - back);
    await settle();
    expect(asked).toEqual([NOW - 50_000 - 0.001, NOW - 30_000 - 0.001]);
  });

  test('history that fails stops the replay and says why; play tries again', async () => {
    const { player, history } = setUp();
    const stateAt = history.stateAt.bind(history);
    history.stateAt = () => Promise.reject(new Error('disk on fire'));
    player.seek(NOW - 50_000);
    await settle();
    expect(player.store.getState()).toMatchObject({ failure: 'disk on fire', playing: false, loading: false });
    history.stateAt = stateAt;
    player.play();
    await settle();
    expect(player.store.getState()).toMatchObject({ failure: undefined, playing: true, moment: NOW - 50_000 });
  });

  test('a speed that is none of the offered ones is a mistake of the caller', () => {
    expect(() => setUp().player.setSpeed(7)).toThrow(RangeError);
  });
});
