import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DatastreamIndex } from '#devices/model/datastream.ts';
import { appendObservation, createBatch } from '#devices/model/observation-batch.ts';
import type { Frame, FrameKind } from '#devices/wire/frame.ts';
import { LatestValues } from './latest-values.ts';

type Row = readonly [index: number, time: number, value: number, status?: number];

function frame(kind: FrameKind, rows: readonly Row[], texts: Frame['texts'] = []): Frame {
  const batch = createBatch(rows.length);
  for (const [index, time, value, status = 0] of rows) appendObservation(batch, index, time, time, value, status);
  return { kind, sequence: 1, time: 0, batch, texts };
}

describe('the latest values', () => {
  test('a delta adds, a snapshot replaces', () => {
    const latest = new LatestValues();
    latest.apply(
      frame('snapshot', [
        [0, 1, 10],
        [5, 1, 50],
      ]),
    );
    latest.apply(frame('delta', [[0, 2, 11]]));
    expect([latest.reading(0)?.value, latest.reading(5)?.value]).toEqual([11, 50]);
    latest.apply(frame('snapshot', [[5, 0, 40]]));
    expect([latest.reading(0), latest.reading(5)?.value]).toEqual([undefined, 40]);
  });

  test('late data never gets over a newer value, in whatever order frames come', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 1 }), (times) => {
        const latest = new LatestValues();
        for (const time of times) latest.apply(frame('delta', [[3, time, time]]));
        expect(latest.reading(3)?.value).toBe(Math.max(...times));
      }),
    );
  });

  test('a frame tells each changed datastream once, and only those', () => {
    const latest = new LatestValues();
    const told: number[][] = [];
    latest.apply(
      frame('snapshot', [
        [1, 5, 1],
        [2, 5, 1],
      ]),
    );
    latest.subscribe((changed, count) => told.push([...changed.subarray(0, count)]));
    latest.apply(frame('delta', [[2, 4, 9]]));
    latest.apply(
      frame('delta', [
        [9000, 6, 9],
        [2, 6, 9],
      ]),
    );
    latest.apply(frame('heartbeat', []));
    expect(told).toEqual([[9000, 2]]);
  });

  test('who watches one datastream hears of no other', () => {
    const latest = new LatestValues();
    let heard = 0;
    const stop = latest.watch(4, () => heard++);
    latest.apply(
      frame('delta', [
        [4, 1, 1],
        [5, 1, 1],
      ]),
    );
    latest.apply(frame('delta', [[5, 2, 1]]));
    stop();
    latest.apply(frame('delta', [[4, 3, 1]]));
    expect(heard).toBe(1);
  });

  test('bad without a result is no value; a text is its text', () => {
    const latest = new LatestValues();
    const text = { index: 7 as DatastreamIndex, time: 1, receivedTime: 2, value: 'open', status: 0 };
    latest.apply(frame('snapshot', [[6, 1, Number.NaN, 0x80000000]], [text]));
    expect(latest.reading(6)).toEqual({ time: 1, receivedTime: 1, status: 0x80000000, value: undefined });
    expect(latest.reading(7)).toEqual({ time: 1, receivedTime: 2, status: 0, value: 'open' });
  });
});
