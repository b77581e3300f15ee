import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DatastreamIndex } from '#devices/model/datastream.ts';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { LatestTable } from '../live/latest-table.ts';
import { Journal, type JournalLimits } from './journal.ts';
import { RecordBuffer } from './record-buffer.ts';
import { FaultyDisk } from './testing/faulty-disk.ts';

const NOW = Date.UTC(2026, 0, 1);
const MIB = 1024 * 1024;
let folder: string;
let disk: FaultyDisk;
let clock: ManualClock;
let latest: LatestTable;
let restored: LatestTable;
let restoredPositions: Set<number>;
let inHistory: number;
let journal: Journal | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-recover-'));
  disk = new FaultyDisk(folder);
  clock = new ManualClock(NOW);
  latest = new LatestTable();
  inHistory = 0;
});
afterEach(async () => {
  await journal?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(limits: Partial<JournalLimits> = {}): Promise<Journal> {
  await journal?.close();
  restored = new LatestTable();
  restoredPositions = new Set();
  journal = await Journal.open(
    {
      folder,
      clock,
      latest,
      historianPosition: () => inHistory,
      report: () => {},
      restore: ({ batch, texts }) => {
        restored.apply(batch, texts);
        for (let i = 0; i < batch.count; i++) restoredPositions.add(batch.position[i] as number);
      },
      disk,
    },
    { reserveBytes: 0, ...limits },
  );
  return journal;
}

async function write(to: Journal, count = 1, payload: Uint8Array = new Uint8Array(50)): Promise<void> {
  const records = new RecordBuffer();
  let { end } = to;
  for (let i = 0; i < count; i++, end++) {
    records.begin('message', 'mqtt', NOW, end);
    records.number(0, 0, end, NOW + end, end, NOW);
    records.finish('twin/a/b', 'tester', payload);
  }
  await to.write(records, end);
}

test('what was received shortly before the end is known again, however often the disk made a new segment begin', async () => {
  const first = await open({ segmentBytes: 20_000 });
  await write(first, 50);
  for (let i = 0; i < 5; i++) {
    disk.failing.set('datasync', 1);
    await expect(write(first)).rejects.toThrow('EIO');
    await write(first);
  }
  expect(first.segments.length).toBeGreaterThan(5);
  await open({ segmentBytes: 20_000 });
  expect(restoredPositions.size).toBeGreaterThanOrEqual(55);
});

test('long texts of many datastreams are known again', async () => {
  const first = await open();
  const texts = Array.from({ length: 2_000 }, (_, index) => ({
    index: index as DatastreamIndex,
    time: NOW,
    receivedTime: NOW,
    value: '水'.repeat(8_192),
    status: 0,
  }));
  latest.apply({ ...batchOfNothing() }, texts);
  await write(first);
  await open();
  expect(restored.texts.size).toBe(2_000);
});

test('a snapshot larger than a segment is not written with every group', async () => {
  const first = await open({ segmentBytes: 1_000 });
  latest.apply(
    batchOfNothing(),
    Array.from({ length: 10 }, (_, index) => ({
      index: index as DatastreamIndex,
      time: NOW,
      receivedTime: NOW,
      value: 'x'.repeat(1_000),
      status: 0,
    })),
  );
  for (let i = 0; i < 50; i++) await write(first);
  expect(first.segments.length).toBeLessThan(4);
});

test('where the disk has little room, closed segments that history has go, and the journal never stands still', async () => {
  disk.free = 10_000;
  const small = await open({ segmentBytes: MIB });
  for (let i = 0; i < 500; i++) {
    // What the journal takes, the disk has not any more.
    disk.free = 10_000 - small.bytes;
    clock.advance(1_000);
    await write(small);
    inHistory = small.end;
  }
  expect(small.end).toBe(500);
  expect(small.isShort).toBe(false);
});

test('a small disk that is far from full drops nothing', async () => {
  disk.free = 100 * MIB;
  const small = await open();
  await write(small);
  expect(small.isShort).toBe(false);
});

test('what may be dropped is taken again when the disk has room, though nothing else is written meanwhile', async () => {
  disk.free = 20_000;
  const short = await open();
  while (!short.isShort) {
    await write(short);
    clock.advance(1_000);
    disk.free = 20_000 - short.bytes;
  }
  expect(short.isShort).toBe(true);
  disk.free = 100 * MIB;
  clock.advance(1_000);
  await expect.poll(() => short.isShort).toBe(false);
});

test('the disk is asked though the clock was set back', async () => {
  disk.free = 100 * MIB;
  const first = await open();
  await write(first);
  clock.advance(-86_400_000);
  disk.free = 0;
  await expect(write(first)).rejects.toThrow('the disk has 0 MiB free');
});

test('an old segment that somebody took away does not stop the journal', async () => {
  const first = await open({ segmentBytes: 1_000, budgetBytes: 5_000 });
  for (let i = 0; i < 10; i++) await write(first, 2);
  rmSync((first.segments[0] as { path: string }).path);
  inHistory = first.end;
  for (let i = 0; i < 50; i++) {
    await write(first, 2);
    inHistory = first.end;
  }
  expect(first.end).toBe(120);
});

function batchOfNothing() {
  return {
    count: 0,
    index: new Uint32Array(0),
    time: new Float64Array(0),
    receivedTime: new Float64Array(0),
    value: new Float64Array(0),
    status: new Uint32Array(0),
    position: new Float64Array(0),
  };
}
