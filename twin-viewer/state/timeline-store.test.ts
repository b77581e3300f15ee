import { describe, expect, test } from 'vitest';
import type { TimelineJson } from '#devices/wire/api.ts';
import { BIN_MS, HOUR_BINS, TimelineStore } from './timeline-store.ts';

const NOW = 1_800_000_010_000;

/** One crossing every five minutes. */
function eventsIn(from: number, to: number): TimelineJson['events'] {
  const events: TimelineJson['events'] = [];
  for (let time = Math.ceil(from / 300_000) * 300_000; time < to; time += 300_000) {
    events.push({ time, index: 1, priority: 2 });
  }
  return events;
}

function setUp() {
  let now = NOW;
  const asked: number[] = [];
  let failing = false;
  /** A service that counts one observation per second of the day. */
  const fetch = async ({ from, to }: { from: number; to: number }, bins: number): Promise<TimelineJson> => {
    asked.push(bins);
    if (failing) throw new Error('busy');
    const counts = Array.from({ length: bins }, (_, bin) => Math.floor((from + bin * BIN_MS) / BIN_MS) % 1000);
    return { from, to, counts, events: eventsIn(from, to) };
  };
  const timeline = new TimelineStore(fetch, () => now);
  const signal = new AbortController().signal;
  return {
    timeline,
    asked,
    refresh: () => timeline.refresh(signal),
    fail(on: boolean) {
      failing = on;
    },
    advance(ms: number) {
      now += ms;
    },
  };
}

describe('the timeline', () => {
  test('fetches the hour once, then its newest end, and both fit together', async () => {
    const { timeline, asked, refresh, advance } = setUp();
    await refresh();
    advance(2 * BIN_MS);
    await refresh();
    expect(asked).toEqual([HOUR_BINS + 1, 10]);
    const { from, counts } = timeline.store.getState();
    expect(counts).toHaveLength(HOUR_BINS + 1);
    expect(counts.every((count, bin) => count === Math.floor((from + bin * BIN_MS) / BIN_MS) % 1000)).toBe(true);
  });

  test('holds every event of its hour once, and none before it', async () => {
    const { timeline, refresh, advance } = setUp();
    for (let round = 0; round < 20; round++) {
      await refresh();
      advance(7 * BIN_MS + 3_000);
    }
    const { from, counts, events } = timeline.store.getState();
    expect(events).toEqual(eventsIn(from, from + counts.length * BIN_MS));
  });

  test('after a long sleep it fetches the whole hour, not more', async () => {
    const { asked, refresh, advance } = setUp();
    await refresh();
    advance(86_400_000);
    await refresh();
    expect(asked[1]).toBe(HOUR_BINS + 1);
  });

  test('a failure keeps what was known and says why', async () => {
    const { timeline, refresh, fail } = setUp();
    await refresh();
    fail(true);
    await refresh();
    expect(timeline.store.getState()).toMatchObject({ failure: 'busy', isLoaded: true });
    fail(false);
    await refresh();
    expect(timeline.store.getState().failure).toBeUndefined();
  });
});
