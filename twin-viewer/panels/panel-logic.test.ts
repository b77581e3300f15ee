import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scaleBar } from './scale-bar.ts';
import { axisAt, barHeights, labelTimes, shareOf, thinnedEvents, timeAt } from './timeline-scale.ts';
import { gapOf, TrendPoints, trendColumns } from './trend-data.ts';

const NOW = Date.UTC(2026, 10, 23, 9, 32, 7);
const axis = axisAt(NOW);

describe('the time axis', () => {
  test('a time and its place on the axis lead to each other', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
        expect(shareOf(axis, timeAt(axis, share))).toBeCloseTo(share, 6);
      }),
    );
  });

  test('beyond its ends is at its ends', () => {
    expect([timeAt(axis, -3), timeAt(axis, 7)]).toEqual([axis.from, axis.to]);
    expect([shareOf(axis, 0), shareOf(axis, NOW + 1)]).toEqual([0, 1]);
  });

  test('labels are round and none is cut by an end', () => {
    const labels = labelTimes(axis, 300_000);
    expect(labels).toHaveLength(12);
    expect(labels.every((time) => time % 300_000 === 0)).toBe(true);
    expect(shareOf(axis, labels.at(-1) as number)).toBeLessThan(0.985);
  });

  test('the busiest bin is whole, and one observation is seen', () => {
    expect(barHeights([0, 1, 50, 100])).toEqual([0, 0.08, 0.5, 1]);
    expect(barHeights([0, 0])).toEqual([0, 0]);
  });

  test('of many events in one place one of each priority is drawn, the worst on top', () => {
    const events = Array.from({ length: 5000 }, (_, i) => ({ time: NOW - 1000, index: i, priority: 1 + (i % 4) }));
    expect(thinnedEvents(events, axis, 600).map(({ priority }) => priority)).toEqual([1, 2, 3, 4]);
    expect(thinnedEvents([{ time: axis.from - 1, index: 0, priority: 4 }], axis, 600)).toEqual([]);
  });
});

describe('a trend', () => {
  const good = (time: number, value: number) => ({ time, value, status: 0 });

  test('shows silence as a gap', () => {
    expect(trendColumns([good(0, 1), good(5000, 2), good(60_000, 3)], 15_000)).toEqual({
      times: [0, 5, 32.5, 60],
      values: [1, 2, null, 3],
      bad: [0, 0, 0, 0],
    });
  });

  test('a bad observation is no value but a mark', () => {
    const { values, bad } = trendColumns([good(0, 1), { time: 1000, value: 9, status: 0x80000000 }], 15_000);
    expect([values, bad]).toEqual([
      [1, null],
      [0, 1],
    ]);
  });

  test('goes on live from history, without a point twice and without growing', () => {
    const points = new TrendPoints(60_000);
    points.add(good(10_000, 5));
    points.add(good(11_000, 6));
    points.load({ datastream: 'a/b', time: [8000, 10_000], value: [3, 5], status: [0, 0], observations: 2 });
    expect(points.columns(1e9).values).toEqual([3, 5, 6]);
    points.add(good(11_000, 7));
    expect(points.columns(1e9).values).toEqual([3, 5, 6]);
    for (let i = 0; i < 10_000; i++) points.add(good(12_000 + i * 1000, i));
    expect(points.columns(1e9).values.length).toBeLessThan(130);
  });

  test('a gap is three expected intervals, declared or learnt, or what downsampling leaves between points', () => {
    expect(gapOf({ intervalMs: 5000, learntIntervalMs: 60_000 }, undefined)).toBe(15_000);
    expect(gapOf({ learntIntervalMs: 60_000 }, undefined)).toBe(180_000);
    expect(gapOf({ intervalMs: 1000 }, { rangeMs: 3_600_000, maxPoints: 600 })).toBe(24_000);
    expect(gapOf({}, undefined)).toBe(Number.POSITIVE_INFINITY);
  });

  test('no line crosses a silence in which the datastream was stale, in history, live, and where they meet', () => {
    const points = new TrendPoints(3_600_000);
    const stream = { learntIntervalMs: 5_000 };
    const line = () => points.columns(gapOf(stream, undefined)).values;
    points.load({ datastream: 'a/b', time: [0, 5_000, 30_000], value: [1, 2, 3], status: [0, 0, 0], observations: 3 });
    expect(points.isThinned).toBe(false);
    expect(line()).toEqual([1, 2, null, 3]);
    points.add(good(45_000, 4));
    expect(line()).toEqual([1, 2, null, 3, 4]);
    points.add(good(60_001, 5));
    expect(line()).toEqual([1, 2, null, 3, 4, null, 5]);
  });

  test('of chosen points says so', () => {
    const points = new TrendPoints(60_000);
    points.load({ datastream: 'a/b', time: [0, 5_000], value: [1, 2], status: [0, 0], observations: 500 });
    expect(points.isThinned).toBe(true);
  });
});

test('a scale bar is round and never wider than its place', () => {
  expect(scaleBar(3, 100)).toEqual({ metres: 200, pixels: 200 / 3 });
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 500, noNaN: true }), (metresPerPixel) => {
      const { pixels } = scaleBar(metresPerPixel, 100);
      expect(pixels).toBeLessThanOrEqual(100.000001);
      expect(pixels).toBeGreaterThan(39);
    }),
  );
});
