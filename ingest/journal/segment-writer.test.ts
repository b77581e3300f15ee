import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { LatestTable } from '../live/latest-table.ts';
import { Journal } from './journal.ts';
import { RecordBuffer } from './record-buffer.ts';
import { SegmentLeftBehindError, SegmentWriter } from './segment-writer.ts';
import { type DiskCall, FaultyDisk } from './testing/faulty-disk.ts';
import { emptyRows, plainRows } from './testing/rows.ts';

const NOW = Date.UTC(2026, 0, 1);
let folder: string;
let disk: FaultyDisk;
let latest: LatestTable;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-faulty-'));
  begin();
});
afterEach(async () => {
  await disk.restart();
  rmSync(folder, { recursive: true, force: true });
});

function begin(): void {
  disk = new FaultyDisk(folder);
  latest = new LatestTable();
}

function open(): Promise<Journal> {
  return Journal.open(
    {
      folder,
      clock: new ManualClock(NOW),
      latest,
      historianPosition: () => 0,
      report: () => {},
      restore: ({ batch, texts }) => latest.apply(batch, texts),
      disk,
    },
    { segmentBytes: 700, reserveBytes: 0 },
  );
}

let nextValue = 0;
/** Writes a group of `count` values, none used before; answers them by position. */
async function write(journal: Journal, count = 3): Promise<[number, number][]> {
  const records = new RecordBuffer();
  const first = journal.end;
  const written: [number, number][] = [];
  for (let position = first; position < first + count; position++) {
    const value = nextValue++;
    records.begin('message', 'mqtt', NOW, position);
    records.number(position % 5, 0, position, NOW + value, value, NOW);
    records.finish('twin/a/b', 'tester');
    written.push([position, value]);
  }
  await journal.write(records, first + count);
  return written;
}

async function stored(journal: Journal): Promise<[number, number][]> {
  const reader = journal.reader();
  const rows = emptyRows();
  for (let next = journal.oldest; next < journal.end; ) next = await reader.read(next, 100, rows);
  await reader.close();
  return plainRows(rows).map(({ position, value }) => [position, value as number]);
}

/** A group that is written wholly when the process ends, before its sync. */
async function endBeforeSync(journal: Journal): Promise<void> {
  disk.endsAt = 'datasync';
  const ended = disk.ended();
  void write(journal);
  await ended;
}

describe('a segment', () => {
  const record = Buffer.from('a group of records');

  async function create(): Promise<SegmentWriter> {
    return SegmentWriter.create(disk, folder, 0, NOW, Buffer.from('head'));
  }

  function sizes(): number[] {
    return readdirSync(folder).map((name) => statSync(join(folder, name)).size);
  }

  test('is cut back after a write that failed, and takes the next group in its place', async () => {
    const writer = await create();
    const { length } = writer.segment;
    disk.failing.set('write', 1);
    await expect(writer.append(record)).rejects.toThrow('ENOSPC');
    expect([writer.isUsable, sizes()]).toEqual([true, [length]]);
    await writer.append(record);
    expect(sizes()).toEqual([length + record.length]);
    await writer.close();
  });

  test('takes nothing more after a sync that failed, nor where it cannot be cut back', async () => {
    const first = await create();
    disk.failing.set('datasync', 1);
    await expect(first.append(record)).rejects.toThrow('EIO');
    expect([first.isUsable, sizes()]).toEqual([false, [first.segment.length]]);
    await first.close();
    const second = await create();
    disk.failing.set('write', 1).set('truncate', 1);
    await expect(second.append(record)).rejects.toThrow('ENOSPC');
    expect(second.isUsable).toBe(false);
    await second.close();
  });

  test.each(['open', 'write', 'datasync', 'syncFolder'] as const)(
    'that cannot be made because of %s leaves no file',
    async (call) => {
      disk.failing.set(call, 1);
      await expect(create()).rejects.toThrow(/EIO|ENOSPC/);
      expect(sizes()).toEqual([]);
    },
  );

  test('that can neither be made nor taken away says so', async () => {
    disk.failing.set('datasync', 1).set('unlink', 1);
    await expect(create()).rejects.toThrow(SegmentLeftBehindError);
    expect(sizes()).toHaveLength(1);
  });

  test('of a first position that is taken gets another name', async () => {
    const [first, second] = [await create(), await create()];
    expect([first.segment.name, second.segment.name]).toEqual([
      '0000000000000000-0000.journal',
      '0000000000000000-0001.journal',
    ]);
    await first.close();
    await second.close();
  });
});

test('what a start finds is on disk before anything of it is acknowledged as a repetition', async () => {
  const first = await open();
  const acknowledged = await write(first);
  await endBeforeSync(first);
  await disk.restart();
  const found = await stored(await open());
  expect(found.length).toBeGreaterThan(acknowledged.length);
  await disk.cutPower();
  expect(await stored(await open())).toEqual(found);
});

test('a new segment that failed and cannot be taken away again does not make void what the old one takes', async () => {
  const journal = await open();
  const acknowledged: [number, number][] = [];
  const writeOrNot = async () => {
    const written = await write(journal).catch(() => []);
    acknowledged.push(...written);
  };
  while (journal.bytes < 700) await writeOrNot();
  disk.failing.set('syncFolder', 1).set('unlink', 1);
  for (let i = 0; i < 3; i++) await writeOrNot();
  await disk.restart();
  expect(await stored(await open())).toEqual(acknowledged);
});

test('a new segment that was taken away does not come back with a power cut', async () => {
  const journal = await open();
  const acknowledged: [number, number][] = [];
  while (journal.bytes < 700) acknowledged.push(...(await write(journal)));
  // The name of the new segment is on disk when its sync fails.
  disk.failing.set('syncFolder', 1);
  for (let i = 0; i < 3; i++) acknowledged.push(...(await write(journal).catch(() => [])));
  await disk.cutPower();
  expect(await stored(await open())).toEqual(acknowledged);
});

type Step =
  | { readonly kind: 'write'; readonly count: number }
  | { readonly kind: 'fail'; readonly call: DiskCall; readonly times: number }
  | { readonly kind: 'end'; readonly call: DiskCall; readonly isPowerCut: boolean }
  | { readonly kind: 'restart'; readonly isPowerCut: boolean };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('write'), count: fc.integer({ min: 1, max: 6 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('fail'),
      call: fc.constantFrom('open', 'write', 'datasync', 'truncate', 'unlink', 'syncFolder'),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('end'),
      call: fc.constantFrom('open', 'write', 'datasync', 'truncate', 'unlink', 'syncFolder'),
      isPowerCut: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart'), isPowerCut: fc.boolean() }) },
) as fc.Arbitrary<Step>;

test('whatever fails, and wherever the process or the power ends, what was acknowledged is there once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      let journal = await open();
      const promised = new Map<number, number>();
      const restart = async (isPowerCut: boolean) => {
        if (isPowerCut) await disk.cutPower();
        else await disk.restart();
        journal = await open();
        const found = await stored(journal);
        expect(new Set(found.map(([position]) => position)).size).toBe(found.length);
        const values = new Map(found);
        for (const [position, value] of promised) expect([position, values.get(position)]).toEqual([position, value]);
        // What a start finds is a duplicate when it is sent again, and acknowledged as that.
        for (const [position, value] of found) promised.set(position, value);
      };
      for (const each of steps) {
        if (each.kind === 'restart') await restart(each.isPowerCut);
        else if (each.kind === 'fail') disk.failing.set(each.call, each.times);
        else if (each.kind === 'write') {
          for (const [position, value] of await write(journal, each.count).catch(() => [])) {
            promised.set(position, value);
          }
        } else {
          disk.endsAt = each.call;
          const ended = disk.ended().then(() => [] as [number, number][]);
          const written = await Promise.race([write(journal, 2).catch(() => []), ended]);
          for (const [position, value] of written) promised.set(position, value);
          await restart(each.isPowerCut);
        }
      }
      await restart(true);
      await disk.restart();
      rmSync(folder, { recursive: true });
      folder = mkdtempSync(join(tmpdir(), 'yiping-faulty-'));
      begin();
    }),
    { numRuns: 150 },
  );
});
