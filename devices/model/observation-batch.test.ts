import fc from 'fast-check';
import { expect, test } from 'vitest';
import { appendObservation, createBatch } from './observation-batch.ts';

const row = fc.tuple(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.double(),
  fc.double(),
  fc.double(),
  fc.integer({ min: 0, max: 0xffffffff }),
);

test('what is appended is there, in order, however often the arrays had to grow', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3 }), fc.array(row, { maxLength: 100 }), (capacity, rows) => {
      const batch = createBatch(capacity);
      for (const [index, time, received, value, status] of rows) {
        appendObservation(batch, index, time, received, value, status);
      }
      expect(batch.count).toBe(rows.length);
      const read = rows.map((_, i) => [
        batch.index[i],
        batch.time[i],
        batch.receivedTime[i],
        batch.value[i],
        batch.status[i],
      ]);
      expect(read).toEqual(rows);
      expect([...batch.position.subarray(0, batch.count)].every(Number.isNaN)).toBe(true);
    }),
  );
});

test('a batch that was emptied is filled again from its start', () => {
  const batch = createBatch(2);
  appendObservation(batch, 1, 1, 1, 1, 0, 77);
  batch.count = 0;
  appendObservation(batch, 2, 2, 2, 2, 0);
  expect([batch.count, batch.index[0], batch.position[0]]).toEqual([1, 2, Number.NaN]);
});
