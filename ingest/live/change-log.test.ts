import fc from 'fast-check';
import { expect, test } from 'vitest';
import { appendObservation, createBatch } from '#devices/model/observation-batch.ts';
import { ChangeLog } from './change-log.ts';
import { LatestTable } from './latest-table.ts';

function observe(table: LatestTable, index: number): void {
  const batch = createBatch(1);
  appendObservation(batch, index, 1, 1, 0, 0);
  table.apply(batch, []);
}

test('What changed after a version is exactly what was observed after it, ascending and each once', () => {
  const indexes = fc.array(fc.nat(3_000), { maxLength: 100 });
  fc.assert(
    fc.property(indexes, indexes, (before, after) => {
      const table = new LatestTable();
      const log = new ChangeLog(table);
      log.start();
      for (const index of before) observe(table, index);
      const { version } = log;
      for (const index of after) observe(table, index);
      const into = new Uint32Array(table.size);
      const count = log.changedSince(version, into);
      const expected = [...new Set(after)].sort((a, b) => a - b);
      expect([...into.subarray(0, count)]).toEqual(expected);
      const some = Uint32Array.from([0, 7, 2_999, 9_999]);
      const among = log.changedAmong(some, version, into);
      expect([...into.subarray(0, among)]).toEqual(expected.filter((index) => some.includes(index)));
    }),
  );
});

test('What the table held before the log began counts as changed since the beginning', () => {
  const table = new LatestTable();
  observe(table, 3);
  observe(table, 700);
  const log = new ChangeLog(table);
  log.start();
  const into = new Uint32Array(table.size);
  expect([...into.subarray(0, log.changedSince(0, into))]).toEqual([3, 700]);
});
