import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DatastreamIndex } from '#devices/model/datastream.ts';
import { appendObservation, createBatch } from '#devices/model/observation-batch.ts';
import { orderTime } from '#devices/model/order-time.ts';
import { LatestTable } from './latest-table.ts';

const row = fc.record({
  index: fc.integer({ min: 0, max: 5 }),
  time: fc.integer({ min: 0, max: 20_000 }),
  receivedTime: fc.integer({ min: 0, max: 20_000 }),
  value: fc.double(),
});

test('holds the newest by order time, of equals the one that came later, however the batches are cut', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (rows, size) => {
      const table = new LatestTable();
      for (let from = 0; from < rows.length; from += size) {
        const batch = createBatch(0);
        for (const { index, time, receivedTime, value } of rows.slice(from, from + size)) {
          appendObservation(batch, index, time, receivedTime, value, 0);
        }
        table.apply(batch, []);
      }
      for (let index = 0; index <= 5; index++) {
        const own = rows.filter((each) => each.index === index);
        const newest = Math.max(...own.map((each) => orderTime(each.time, each.receivedTime)));
        const expected = own.findLast((each) => orderTime(each.time, each.receivedTime) === newest);
        if (expected !== undefined) {
          expect([table.order[index], table.time[index], table.value[index]]).toEqual([
            newest,
            expected.time,
            expected.value,
          ]);
        }
      }
    }),
  );
});

test('tells of each entry that became newer, and of none that did not', () => {
  const table = new LatestTable();
  const told: number[] = [];
  const stop = table.subscribe((index) => told.push(index));
  const batch = createBatch(0);
  appendObservation(batch, 3, 10, 10, 1, 0);
  appendObservation(batch, 3, 9, 11, 2, 0);
  appendObservation(batch, 5_000, 10, 10, 1, 0);
  table.apply(batch, [{ index: 4 as DatastreamIndex, time: 10, receivedTime: 10, value: 'on', status: 0 }]);
  stop();
  table.apply(batch, []);
  expect(told).toEqual([3, 5_000, 4]);
  expect([table.size, table.texts.get(4)?.value, table.value[4]]).toEqual([5_001, 'on', Number.NaN]);
});
