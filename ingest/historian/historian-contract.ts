import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DatastreamIndex } from '#devices/model/datastream.ts';
import { appendObservation, createBatch, type TextObservation } from '#devices/model/observation-batch.ts';
import { STATUS_CODES } from '#devices/model/status-code.ts';
import { LatestTable } from '../live/latest-table.ts';
import type { CityState, Historian, HistorianCursor, HistorianWrite, StoredObservation } from './historian.ts';

/** 2026-01-01T00:00:00Z, the start of the tests' time. */
const T0 = Date.UTC(2026, 0, 1);
const ALWAYS = { from: 0, to: T0 * 2 };
const { Good, Bad } = STATUS_CODES;

type Row = readonly [
  index: number,
  time: number,
  value: number | string | undefined,
  status?: number,
  received?: number,
];

/** The next write's first position; a journal never uses one twice. */
let position = 0;

/** Times are offsets from T0, ms; received one millisecond later where nothing else is said; positions in order. */
function write(...rows: readonly Row[]): HistorianWrite {
  const batch = createBatch(0);
  const texts: TextObservation[] = [];
  for (const [index, offset, value, status = Good, received = offset + 1] of rows) {
    const time = T0 + offset;
    const receivedTime = T0 + received;
    if (index >= 100)
      texts.push({
        index: index as DatastreamIndex,
        time,
        receivedTime,
        value: value as string,
        status,
        position: position++,
      });
    else appendObservation(batch, index, time, receivedTime, numberOf(value), status, position++);
  }
  return { batch, texts };
}

function numberOf(value: Row[2]): number {
  return value === undefined ? Number.NaN : (value as number);
}

function offsets(observations: readonly StoredObservation[]): number[] {
  return observations.map(({ time }) => time - T0);
}

/** index → [offset, value], by index. */
function shown(state: CityState): Record<number, [number, number | string | undefined]> {
  const shown: Record<number, [number, number | string | undefined]> = {};
  const { batch } = state;
  for (let i = 0; i < batch.count; i++) {
    shown[batch.index[i] as number] = [(batch.time[i] as number) - T0, batch.value[i] as number];
  }
  for (const text of state.texts) shown[text.index] = [text.time - T0, text.value];
  return shown;
}

async function collect(historian: Historian, from: number, to: number, stepMs: number) {
  const steps: (CityState & { stepEnd: number })[] = [];
  for await (const step of historian.replay({ from: T0 + from, to: T0 + to }, stepMs)) steps.push(step);
  return steps;
}

/**
 * What every historian does. Indexes from 100 on are text datastreams.
 *
 * `open` opens the same empty place once, and again after `close`, with what was stored still there.
 */
export function historianContract(open: () => Promise<Historian>): void {
  let historian: Historian;
  beforeEach(async () => {
    position = 0;
    historian = await open();
  });
  afterEach(async () => {
    await historian.close();
  });

  describe('observations', () => {
    test('come back exactly as they were stored: time to the microsecond, value, status', async () => {
      await historian.append(write([3, 0.001, 0.1 + 0.2], [3, 1.25, -0, 0x40940000], [3, 2, undefined, Bad]));
      const { observations } = await historian.observations(3, ALWAYS, 10);
      expect(observations).toEqual([
        { index: 3, time: T0 + 0.001, receivedTime: T0 + 1.001, value: 0.1 + 0.2, status: Good, position: 0 },
        { index: 3, time: T0 + 1.25, receivedTime: T0 + 2.25, value: -0, status: 0x40940000, position: 1 },
        { index: 3, time: T0 + 2, receivedTime: T0 + 3, value: Number.NaN, status: Bad, position: 2 },
      ]);
    });

    test('of text datastreams come back with every character, empty and absent ones apart', async () => {
      await historian.append(write([100, 0, '一屏 👁 \n"'], [100, 1, ''], [100, 2, undefined, Bad]));
      const { observations } = await historian.observations(100, ALWAYS, 10);
      expect(observations.map(({ value }) => value)).toEqual(['一屏 👁 \n"', '', undefined]);
    });

    test('are ordered by time, then by when they were received, then by when they came', async () => {
      await historian.append(write([1, 30, 1], [1, 10, 2, Good, 50], [1, 10, 3, Good, 40]));
      await historian.append(write([1, 20, 4], [1, 10, 5, Good, 40]));
      const { observations } = await historian.observations(1, ALWAYS, 10);
      expect(observations.map(({ value }) => value)).toEqual([3, 5, 2, 4, 1]);
    });

    test('with a clock that runs ahead are ordered by the time they were received, and keep their own', async () => {
      await historian.append(write([1, 3_600_000, 1, Good, 10], [1, 20, 2]));
      const { observations } = await historian.observations(1, { from: T0, to: T0 + 1_000 }, 10);
      expect(offsets(observations)).toEqual([3_600_000, 20]);
    });

    test('of a range are those from its start on and before its end', async () => {
      await historian.append(write([1, 9, 0], [1, 10, 0], [1, 19.75, 0], [1, 20, 0]));
      const { observations } = await historian.observations(1, { from: T0 + 10, to: T0 + 20 }, 10);
      expect(offsets(observations)).toEqual([10, 19.75]);
    });

    test('come in pages that leave out nothing and repeat nothing, equal times included', async () => {
      const rows = Array.from(
        { length: 23 },
        (_, i): Row => [i % 2 === 0 ? 1 : 100, Math.floor(i / 6), i % 2 === 0 ? i : `${i}`],
      );
      await historian.append(write(...rows));
      for (const index of [1, 100]) {
        const values: unknown[] = [];
        let cursor: HistorianCursor | undefined;
        do {
          const page = await historian.observations(index, ALWAYS, 4, cursor);
          expect(page.observations.length).toBeLessThanOrEqual(4);
          values.push(...page.observations.map(({ value }) => Number(value)));
          cursor = page.next;
        } while (cursor !== undefined);
        expect(values).toEqual(rows.filter(([of]) => of === index).map(([, , value]) => Number(value)));
      }
    });

    test('of a range without length are none', async () => {
      await historian.append(write([1, 10, 0]));
      for (const to of [10, 5]) {
        expect(await historian.observations(1, { from: T0 + 10, to: T0 + to }, 10)).toEqual({ observations: [] });
      }
    });

    test('of a datastream that nobody knows are none', async () => {
      expect(await historian.observations(77, ALWAYS, 10)).toEqual({ observations: [] });
    });

    test('a page of no possible size, or after a made-up cursor, is refused', async () => {
      await expect(historian.observations(1, ALWAYS, 0)).rejects.toThrow(RangeError);
      await expect(historian.observations(1, ALWAYS, 10, 'x' as HistorianCursor)).rejects.toThrow(RangeError);
    });
  });

  describe('state at a moment', () => {
    test('is the newest observation of each datastream, the moment itself included', async () => {
      await historian.append(write([1, 0, 10], [1, 5, 15], [2, 5, 25], [1, 6, 16], [100, 4, 'a'], [100, 6, 'b']));
      expect(shown(await historian.stateAt(T0 + 5))).toEqual({ 1: [5, 15], 2: [5, 25], 100: [4, 'a'] });
      expect(shown(await historian.stateAt(T0 - 1))).toEqual({});
    });

    test('finds a datastream that has been silent for a year', async () => {
      const year = 365 * 86_400_000;
      await historian.append(write([1, 0, 10], [100, 0, 'old'], [2, 3_000_000, 20], [3, year, 30]));
      const expected = { 1: [0, 10], 100: [0, 'old'], 2: [3_000_000, 20], 3: [year, 30] };
      expect(shown(await historian.stateAt(T0 + year))).toEqual(expected);
      expect(shown(await historian.stateAt(T0 + 10 * year))).toEqual(expected);
    });

    test('is not held back by a clock that runs ahead: it counts from when it was received', async () => {
      await historian.append(write([1, 3_600_000, 1, Good, 10], [1, 20, 2]));
      expect(shown(await historian.stateAt(T0 + 15))).toEqual({ 1: [3_600_000, 1] });
      expect(shown(await historian.stateAt(T0 + 30))).toEqual({ 1: [20, 2] });
    });

    test('shows a Bad one as the newest, without a value', async () => {
      await historian.append(write([1, 0, 1], [1, 1, undefined, Bad], [100, 0, 'a'], [100, 1, undefined, Bad]));
      expect(shown(await historian.stateAt(T0 + 1))).toEqual({ 1: [1, Number.NaN], 100: [1, undefined] });
    });

    test('of two at one time takes the one received later, and of these the one that came later', async () => {
      await historian.append(
        write([1, 5, 1, Good, 9], [1, 5, 2, Good, 7], [100, 5, 'a', Good, 9], [100, 5, 'b', Good, 9]),
      );
      await historian.append(write([1, 5, 3, Good, 9]));
      expect(shown(await historian.stateAt(T0 + 5))).toEqual({ 1: [5, 3], 100: [5, 'b'] });
    });
  });

  describe('replay', () => {
    test('gives each step that has observations, its newest ones, oldest step first', async () => {
      await historian.append(write([1, 0, 1], [1, 4, 2], [2, 3, 3], [1, 25, 4], [100, 25, 'x'], [1, 30, 5]));
      const steps = await collect(historian, 0, 30, 10);
      expect(steps.map((step) => [step.stepEnd - T0, shown(step)])).toEqual([
        [10, { 1: [4, 2], 2: [3, 3] }],
        [30, { 1: [25, 4], 100: [25, 'x'] }],
      ]);
    });

    test('of a step longer than the range ends with the range', async () => {
      await historian.append(write([1, 1, 1]));
      expect((await collect(historian, 0, 5, 1_000)).map(({ stepEnd }) => stepEnd - T0)).toEqual([5]);
    });

    test('applied to the state at its start gives the state at its end', async () => {
      const observation = fc.tuple(
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 0, max: 9 }),
      );
      let round = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(observation, { minLength: 1, maxLength: 60 }),
          fc.integer({ min: 1, max: 90 }),
          fc.integer({ min: 0, max: 100 }),
          fc.integer({ min: 101, max: 190 }),
          async (rows, stepMs, from, to) => {
            // Each round has its own second, so that rounds do not see each other's observations.
            const shift = ++round * 1_000;
            await historian.append(
              write(...rows.map(([index, t, value]): Row => [index + round * 5, shift + t, value])),
            );
            const table = new LatestTable();
            const start = await historian.stateAt(T0 + shift + from);
            table.apply(start.batch, start.texts);
            for (const step of await collect(historian, shift + from, shift + to, stepMs))
              table.apply(step.batch, step.texts);
            const end = await historian.stateAt(T0 + shift + to - 0.001);
            for (let i = 0; i < end.batch.count; i++) {
              const index = end.batch.index[i] as number;
              expect([table.time[index], table.value[index]]).toEqual([end.batch.time[i], end.batch.value[i]]);
            }
          },
        ),
        { numRuns: 15 },
      );
    });
  });

  describe('trend', () => {
    test('gives every observation where they are few', async () => {
      await historian.append(write([1, 0, 5], [1, 1, undefined, Bad], [1, 2, 7]));
      const trend = await historian.trend(1, ALWAYS, 10);
      expect([...trend.time].map((time) => time - T0)).toEqual([0, 1, 2]);
      expect([...trend.value]).toEqual([5, Number.NaN, 7]);
      expect([...trend.status]).toEqual([Good, Bad, Good]);
      expect(trend.observations).toBe(3);
    });

    test('never gives more points than asked for, and never loses the least, the greatest or a Bad one', async () => {
      const rows = Array.from({ length: 5_000 }, (_, i): Row => {
        if (i === 1_234) return [1, i, 999];
        if (i === 3_210) return [1, i, -999];
        return i === 2_500 ? [1, i, undefined, Bad] : [1, i, Math.sin(i / 300)];
      });
      await historian.append(write(...rows));
      const trend = await historian.trend(1, { from: T0, to: T0 + 5_000 }, 60);
      const points = Array.from(trend.time, (time, i) => [time - T0, trend.value[i]]);
      expect(points.length).toBeLessThanOrEqual(60);
      expect(points).toContainEqual([1_234, 999]);
      expect(points).toContainEqual([3_210, -999]);
      expect(points).toContainEqual([2_500, Number.NaN]);
      expect(points.map(([time]) => time)).toEqual(points.map(([time]) => time as number).sort((a, b) => a - b));
      expect(trend.observations).toBe(5_000);
    });

    test('of texts, of what nobody knows and of a range without length is empty', async () => {
      await historian.append(write([1, 0, 5], [100, 0, 'a']));
      const empty = {
        time: new Float64Array(0),
        value: new Float64Array(0),
        status: new Uint32Array(0),
        observations: 0,
      };
      expect(await historian.trend(100, ALWAYS, 10)).toMatchObject(empty);
      expect(await historian.trend(77, ALWAYS, 10)).toMatchObject(empty);
      expect(await historian.trend(1, { from: T0, to: T0 }, 10)).toMatchObject(empty);
    });

    test('leaves a gap where there are no observations', async () => {
      const rows = Array.from({ length: 2_000 }, (_, i): Row => [1, i < 1_000 ? i : i + 8_000, i % 7]);
      await historian.append(write(...rows));
      const trend = await historian.trend(1, { from: T0, to: T0 + 10_000 }, 100);
      expect([...trend.time].filter((time) => time >= T0 + 1_000 && time < T0 + 9_000)).toEqual([]);
    });
  });

  test('its position is one more than the highest stored, before and after it is opened again', async () => {
    expect(historian.position).toBe(0);
    await historian.append(write([1, 0, 1], [100, 0, 'a'], [2, 0, 2]));
    expect(historian.position).toBe(3);
    await historian.append(write([100, 1, 'b']));
    await historian.close();
    historian = await open();
    expect(historian.position).toBe(4);
  });

  test('two readings of one source time both stay', async () => {
    await historian.append(write([1, 7, 1], [1, 7, 2], [100, 7, 'a'], [100, 7, 'b']));
    await historian.append(write([1, 7, 3]));
    expect((await historian.observations(1, ALWAYS, 10)).observations.map(({ value }) => value)).toEqual([1, 2, 3]);
    expect((await historian.observations(100, ALWAYS, 10)).observations.map(({ value }) => value)).toEqual(['a', 'b']);
  });

  test('density counts both lanes per bin, from the start of the range to before its end', async () => {
    await historian.append(write([1, 0, 1], [2, 9, 1], [1, 10, 1], [100, 29, 'x'], [1, 30, 1]));
    expect([...(await historian.density({ from: T0, to: T0 + 30 }, 3))]).toEqual([2, 1, 1]);
  });

  test('everything is still there after it is closed and opened again', async () => {
    await historian.append(write([1, 0, 5], [100, 0, 'x']));
    const before = await historian.observations(1, ALWAYS, 10);
    await historian.close();
    historian = await open();
    expect(await historian.observations(1, ALWAYS, 10)).toEqual(before);
    expect(shown(await historian.stateAt(T0))).toEqual({ 1: [0, 5], 100: [0, 'x'] });
  });

  test('appends may overlap and everything of each is stored', async () => {
    const writes = Array.from({ length: 40 }, (_, i) => write([1, i, i], [100, i, `${i}`]));
    await Promise.all(writes.map((each) => historian.append(each)));
    expect(offsets((await historian.observations(1, ALWAYS, 100)).observations)).toHaveLength(40);
    expect(offsets((await historian.observations(100, ALWAYS, 100)).observations)).toHaveLength(40);
  });

  test('a reader sees a write wholly or not at all', async () => {
    const writing = Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        historian.append(write(...Array.from({ length: 50 }, (_, k): Row => [1, i * 50 + k, k]))),
      ),
    );
    for (let i = 0; i < 10; i++) {
      const { observations } = await historian.observations(1, ALWAYS, 10_000);
      expect(observations.length % 50).toBe(0);
    }
    await writing;
  });

  test('a reader sees a write of several datastreams wholly or not at all', async () => {
    const writing = Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        historian.append(write(...Array.from({ length: 20 }, (_, index): Row => [index, i, i]))),
      ),
    );
    for (let i = 0; i < 10; i++) {
      const { batch } = await historian.stateAt(T0 + 1_000);
      expect(new Set([0, 20])).toContain(batch.count);
      expect(new Set(batch.value.subarray(0, batch.count)).size).toBeLessThanOrEqual(1);
    }
    await writing;
  });
}
