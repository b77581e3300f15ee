import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ClockState, SourceClock } from './source-clock.ts';

const START = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;

interface Arrival {
  readonly sent: number;
  readonly received: number;
}

/** The states that a clock goes through, each with the hour at which it is found, and the last finding. */
function judge(arrivals: Iterable<Arrival>) {
  const clock = new SourceClock();
  const changes: [ClockState, hour: number][] = [];
  for (const { sent, received } of arrivals) {
    if (clock.note(received - sent, received)) {
      changes.push([clock.state, Math.round(((received - START) / HOUR) * 10) / 10]);
    }
  }
  return { changes, states: changes.map(([state]) => state), finding: clock.finding };
}

/** A reading every `everyMs`, on its way 20 to 220 ms. */
function* steady(hours: number, offsetAt: (elapsedMs: number) => number, everyMs = 1_000): Generator<Arrival> {
  for (let at = 0; at < hours * HOUR; at += everyMs) {
    yield { sent: START + at + offsetAt(at), received: START + at + 20 + ((at * 7919) % 200) };
  }
}

/** What was measured every second comes together, every `everyMs`, within `burstMs`. */
function* batches(hours: number, everyMs: number, offsetMs = 0, burstMs = 500): Generator<Arrival> {
  for (let end = everyMs; end <= hours * HOUR; end += everyMs) {
    for (let at = end - everyMs; at < end; at += 1_000) {
      const share = (at - end + everyMs) / everyMs;
      yield { sent: START + at + offsetMs, received: START + end + share * burstMs };
    }
  }
}

describe('a clock', () => {
  test('that is right is found right, and stays so', () => {
    expect(judge(steady(2, () => 0)).changes).toEqual([['right', 0]]);
  });

  test('90 s ahead is found ahead after a few readings, by so much', () => {
    const { states, finding } = judge(steady(0.003, () => 90_000));
    expect(states).toEqual(['ahead']);
    expect(finding.offsetMs).toBeGreaterThan(89_000);
    expect(finding.offsetMs).toBeLessThan(90_000);
    expect(judge(steady(2, () => 90_000)).states).toEqual(['ahead']);
  });

  test('90 s behind is found behind after ten minutes in which nothing was fresh, by so much', () => {
    const { changes, finding } = judge(steady(2, () => -90_000));
    expect(changes).toEqual([['behind', 0.2]]);
    expect(finding.offsetMs).toBeLessThan(-89_900);
    expect(finding.offsetMs).toBeGreaterThan(-90_300);
  });

  test('that drifts a second an hour is right until it is 5 s ahead', () => {
    const { changes } = judge(steady(12, (elapsed) => elapsed / 3_600, 10_000));
    expect(changes).toEqual([
      ['right', 0],
      ['ahead', 5],
    ]);
  });

  test('that drifts back a second an hour is right until it is 30 s behind', () => {
    const { changes } = judge(steady(48, (elapsed) => -elapsed / 3_600, 10_000));
    expect(changes).toEqual([
      ['right', 0],
      ['behind', 30.2],
    ]);
  });

  test('that was set is right again, told once', () => {
    const set = steady(2, (elapsed) => (elapsed < HOUR ? 90_000 : 0));
    expect(judge(set).states).toEqual(['ahead', 'right']);
    const late = steady(2, (elapsed) => (elapsed < HOUR ? -90_000 : 0));
    expect(judge(late).states).toEqual(['behind', 'right']);
  });
});

describe('late delivery is no slow clock', () => {
  test.each([500, 10_000])('batches every ten minutes, each within %s ms', (burstMs) => {
    expect(judge(batches(6, 600_000, 0, burstMs)).states).toEqual(['right']);
  });

  test('batches of a clock that is off are found, ahead and behind', () => {
    // Within the first batch its readings go from late over fresh to early.
    expect(judge(batches(6, 600_000, 90_000)).changes).toEqual([
      ['right', 0.2],
      ['ahead', 0.2],
    ]);
    expect(judge(batches(6, 600_000, -90_000)).states).toEqual(['behind']);
  });

  test.each([2, 10, 3_600])('a backlog after an hour of outage, sent at %s times the speed of life', (speed) => {
    function* outage(): Generator<Arrival> {
      yield* steady(1, () => 0);
      const back = 2 * HOUR;
      for (let at = HOUR; ; at += 1_000) {
        const received = Math.max(at, back + (at - HOUR) / speed);
        if (received > 5 * HOUR) return;
        yield { sent: START + at, received: START + received + 50 };
      }
    }
    expect(judge(outage()).states).toEqual(['right']);
  });
});

describe('one wrong time accuses nobody', () => {
  test('however far in the future it is', () => {
    function* once(): Generator<Arrival> {
      for (const arrival of steady(0.5, () => 0)) {
        yield arrival.received - START > 900_000 && arrival.received - START < 901_000
          ? { ...arrival, sent: arrival.sent + 1e9 }
          : arrival;
      }
    }
    expect(judge(once()).states).toEqual(['right']);
  });

  test('nor does one wrong device of fifty behind a gateway', () => {
    let n = 0;
    expect(judge(steady(1, () => (n++ % 50 === 0 ? 90_000 : 0), 200)).states).toEqual(['right']);
  });
});

test('a good clock is never found off, whatever the way of its readings under 15 s', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(120_000), fc.nat(14_000)), { minLength: 10, maxLength: 400 }), (steps) => {
      let at = START;
      const arrivals = steps.map(([pauseMs, wayMs]) => {
        at += pauseMs;
        return { sent: at - wayMs, received: at };
      });
      expect(judge(arrivals).states).toEqual(['right']);
    }),
  );
});
