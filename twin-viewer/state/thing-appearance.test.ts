import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appendObservation, createBatch } from '#devices/model/observation-batch.ts';
import { staleAfterMs } from '#devices/model/staleness.ts';
import { STATUS_CODES } from '#devices/model/status-code.ts';
import type { DatastreamJson, ThingJson } from '#devices/wire/api.ts';
import type { FrameKind } from '#devices/wire/frame.ts';
import { listThings } from './abnormal-things.ts';
import { CatalogStore } from './catalog-store.ts';
import { countCity } from './city-counts.ts';
import { ExpiryQueue } from './expiry-queue.ts';
import { LatestValues } from './latest-values.ts';
import { ThingAppearance } from './thing-appearance.ts';
import { APPEARANCES, ThingStates } from './thing-states.ts';

const NOW = 1_800_000_000_000;
const BAD = STATUS_CODES.BadSensorFailure;

const level = (index: number): DatastreamJson => ({
  id: `t/${index}`,
  index,
  property: `p${index}`,
  resultType: 'number',
  intervalMs: 5_000,
  limits: [
    { side: 'above', value: 2, priority: 'low' },
    { side: 'above', value: 3, priority: 'urgent' },
  ],
});
const thing = (id: string, ...datastreams: DatastreamJson[]): ThingJson => ({
  id,
  type: 'water-level',
  simulated: true,
  source: { protocol: 'mqtt', address: `twin/${id}` },
  datastreams,
});

function setUp() {
  let present = NOW;
  const latest = new LatestValues();
  const catalog = new CatalogStore();
  const states = new ThingStates();
  const appearance = new ThingAppearance({ latest, catalog, states, presentTime: () => present });
  appearance.start(new AbortController().signal);
  catalog.put([thing('a', level(0), level(1)), thing('b', level(2))]);
  const apply = (kind: FrameKind, ...rows: [index: number, time: number, value: number, status?: number][]) => {
    const batch = createBatch(rows.length);
    for (const [index, time, value, status = 0] of rows) appendObservation(batch, index, time, time, value, status);
    latest.apply({ kind, sequence: 0, time: present, batch, texts: [] });
  };
  const shown = () => Array.from(states.appearance.subarray(0, states.count), (code) => APPEARANCES[code]);
  const moveTo = (time: number) => {
    present = time;
    appearance.age();
  };
  return {
    latest,
    catalog,
    states,
    appearance,
    apply,
    shown,
    moveTo,
    setPresent(time: number) {
      present = time;
    },
  };
}

describe('how a Thing shows', () => {
  test('is the worst of its datastreams: urgent over low over bad over stale over good over nothing', () => {
    const { apply, shown, moveTo } = setUp();
    expect(shown()).toEqual(['none', 'none']);
    apply('delta', [0, NOW, 1], [1, NOW - 60_000, 9], [2, NOW, 2]);
    expect(shown()).toEqual(['stale', 'low']);
    apply('delta', [1, NOW, 1, BAD], [2, NOW, 3]);
    expect(shown()).toEqual(['bad', 'urgent']);
    apply('delta', [0, NOW + 1, 2]);
    expect(shown()).toEqual(['low', 'urgent']);
    moveTo(NOW + 60_000);
    expect(shown()).toEqual(['bad', 'stale']);
  });

  test('a reading is stale from three expected intervals on, by the clock alone', () => {
    const { apply, shown, moveTo } = setUp();
    apply('delta', [2, NOW, 1]);
    moveTo(NOW + staleAfterMs(5_000) - 1);
    expect(shown()[1]).toBe('good');
    moveTo(NOW + staleAfterMs(5_000));
    expect(shown()[1]).toBe('stale');
    apply('delta', [2, NOW + 14_000, 1]);
    expect(shown()[1]).toBe('good');
  });

  test('a learnt interval makes stale where none is declared, from when it is learnt', () => {
    const { apply, shown, catalog, moveTo } = setUp();
    const { intervalMs: _, ...undeclared } = level(2);
    catalog.put([thing('b', undeclared)]);
    apply('delta', [2, NOW, 1]);
    moveTo(NOW + 3_600_000);
    expect(shown()[1]).toBe('good');
    catalog.put([thing('b', { ...undeclared, learntIntervalMs: 60_000 })]);
    expect(shown()[1]).toBe('stale');
    apply('delta', [2, NOW + 3_600_000, 1]);
    expect(shown()[1]).toBe('good');
    moveTo(NOW + 3_600_000 + 179_999);
    expect(shown()[1]).toBe('good');
    moveTo(NOW + 3_600_000 + 180_000);
    expect(shown()[1]).toBe('stale');
  });

  test('in a gap is stale, whether one seeks into it or plays into it', () => {
    const gap = { from: NOW + 5_000, to: NOW + 600_000 };
    const into = NOW + 100_000;
    const sought = setUp();
    sought.setPresent(into);
    sought.apply('snapshot', [2, gap.from, 1]);
    const played = setUp();
    played.apply('snapshot', [2, NOW, 1]);
    played.moveTo(gap.from);
    played.apply('delta', [2, gap.from, 1]);
    expect(played.shown()[1]).toBe('good');
    for (let at = gap.from; at <= into; at += 1_000) played.moveTo(at);
    expect([sought.shown()[1], played.shown()[1]]).toEqual(['stale', 'stale']);
    played.moveTo(gap.to);
    played.apply('delta', [2, gap.to, 1]);
    expect(played.shown()[1]).toBe('good');
  });

  test('a jump back makes fresh again what was fresh then', () => {
    const { apply, shown, moveTo, setPresent } = setUp();
    apply('delta', [2, NOW, 1]);
    moveTo(NOW + 60_000);
    expect(shown()[1]).toBe('stale');
    setPresent(NOW + 1000);
    apply('snapshot', [2, NOW, 1]);
    expect(shown()).toEqual(['none', 'good']);
    moveTo(NOW + 60_000);
    expect(shown()[1]).toBe('stale');
  });

  test('values that come before their Thing is known show when it is', () => {
    const { apply, shown, catalog } = setUp();
    apply('delta', [7, NOW, 3]);
    catalog.put([thing('late', level(7))]);
    expect(shown()).toEqual(['none', 'none', 'urgent']);
  });

  test('whatever happens, it is what judging everything anew would give', () => {
    const event = fc.record({
      index: fc.integer({ min: 0, max: 2 }),
      age: fc.integer({ min: 0, max: 20_000 }),
      value: fc.constantFrom(1, 2, 3),
      status: fc.constantFrom(0, BAD),
      wait: fc.integer({ min: 0, max: 12_000 }),
    });
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const grown = setUp();
        let present = NOW;
        for (const { index, age, value, status, wait } of events) {
          grown.apply('delta', [index, present - age, value, status]);
          present += wait;
          grown.moveTo(present);
        }
        const fresh = setUp();
        fresh.setPresent(present);
        const rows = [0, 1, 2].flatMap((index) => {
          const reading = grown.latest.reading(index);
          return reading === undefined ? [] : [[index, reading.time, Number(reading.value), reading.status] as const];
        });
        fresh.apply('snapshot', ...(rows as [number, number, number, number][]));
        expect(grown.shown()).toEqual(fresh.shown());
      }),
    );
  });
});

describe('lists and counts', () => {
  const setUpList = () => {
    const parts = setUp();
    parts.catalog.put([thing('c', level(3)), thing('d', level(4))]);
    parts.apply('delta', [0, NOW, 3], [1, NOW, 2], [2, NOW, 2], [3, NOW, 2], [4, NOW, 1, BAD]);
    const since = (index: number) => NOW - ([100, 200, 300, 50][index] as number);
    return { ...parts, since };
  };

  test('the worst comes first, then the newest; a Thing is one line with its worst datastream', () => {
    const { lines, total } = listThings(setUpList(), 'abnormal', 10);
    expect(lines.map(({ thing: number, index, others }) => [number, index, others])).toEqual([
      [0, 0, 1],
      [2, 3, 0],
      [1, 2, 0],
    ]);
    expect(total).toBe(3);
  });

  test('a list is bounded and says how many there are', () => {
    const { lines, total } = listThings(setUpList(), 'abnormal', 1);
    expect([lines.length, total]).toEqual([1, 3]);
  });

  test('a bad Thing is in the list of the bad alone', () => {
    const parts = setUpList();
    expect(listThings(parts, 'bad', 10).lines.map((line) => line.thing)).toEqual([3]);
    expect(listThings(parts, 'stale', 10).total).toBe(0);
  });

  test('the counts are those of the lists', () => {
    const parts = setUpList();
    expect(countCity(parts.catalog, parts.states)).toMatchObject({
      total: 4,
      abnormal: 3,
      bad: 1,
      stale: 0,
      unplaced: 4,
      simulated: 4,
      layers: [{ layer: 'water-level', total: 4 }],
    });
  });
});

test('the queue of expiries gives keys in the order of their moments, each once', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 1000 }))), (entries) => {
      const queue = new ExpiryQueue();
      const first = new Map<number, number>();
      for (const [key, moment] of entries) {
        queue.add(key, moment);
        if (!first.has(key)) first.set(key, moment);
      }
      const taken: [number, number][] = [];
      while (queue.next !== Number.POSITIVE_INFINITY) {
        const moment = queue.next;
        taken.push([queue.take(), moment]);
      }
      expect(taken.map(([, moment]) => moment)).toEqual([...first.values()].sort((a, b) => a - b));
      expect(new Map(taken)).toEqual(first);
    }),
  );
});
