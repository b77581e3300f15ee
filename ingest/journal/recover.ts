import { open, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createBatch } from '#devices/model/observation-batch.ts';
import { firstPositionOf, isSnapshot, type RowTarget, readRows } from './read-record.ts';
import { readSegment, SEGMENT_HEADER_BYTES, type Segment, segmentNames } from './segment.ts';
import { type Damage, SegmentScanner } from './segment-scanner.ts';

/** What a journal's folder holds. */
export interface Recovered {
  /** Oldest first; the length of the newest leaves out its torn tail. */
  readonly segments: Segment[];
  /** Names of files whose head is damaged. */
  readonly headless: readonly string[];
  /** One more than the highest position; 0 without any. */
  readonly end: number;
  readonly tornBytes: number;
}

export interface RecoverParts {
  readonly restore: (rows: RowTarget) => void;
  readonly onDamage: (segment: Segment, damage: Damage) => void;
}

/** Rows given to `restore` at once. */
const RESTORE_ROWS = 10_000;

/**
 * Reads the newest segment, and the one before where the newest is short, so that what was received shortly before the end
 * is known again. Older ones are not looked at: a start takes the same time however long the journal is.
 */
export async function recover(folder: string, segmentBytes: number, parts: RecoverParts): Promise<Recovered> {
  const { segments, headless } = await findSegments(folder);
  const newest = segments.at(-1);
  if (newest === undefined) return { segments, headless, end: 0, tornBytes: 0 };
  const before = segments.at(-2);
  if (before !== undefined && newest.length < segmentBytes / 2) {
    await replay(before, newest.firstPosition, parts.restore, (damage) => parts.onDamage(before, damage));
  }
  let tail: Damage | undefined;
  const { length } = newest;
  const end = await replay(newest, Number.POSITIVE_INFINITY, parts.restore, (damage) => {
    if (damage.to === length) tail = damage;
    else parts.onDamage(newest, damage);
  });
  if (tail !== undefined) newest.length = tail.from;
  return { segments, headless, end, tornBytes: length - newest.length };
}

/** The files that are segments; what a crash left of one that was just being made is removed. */
async function findSegments(folder: string): Promise<{ segments: Segment[]; headless: string[] }> {
  const segments: Segment[] = [];
  const headless: string[] = [];
  for (const name of await segmentNames(folder)) {
    const path = join(folder, name);
    const segment = await readSegment(folder, name);
    if (segment === undefined && (await stat(path)).size < SEGMENT_HEADER_BYTES) await unlink(path);
    else if (segment === undefined) headless.push(name);
    else if (await hasRecord(segment)) segments.push(segment);
    else await unlink(path);
  }
  return { segments, headless };
}

/** Whether anything in it can be read. Its first record, a snapshot, is on disk before any message is. */
async function hasRecord(segment: Segment): Promise<boolean> {
  const file = await open(segment.path, 'r');
  let found = false;
  try {
    const scanner = new SegmentScanner({
      file,
      from: SEGMENT_HEADER_BYTES,
      end: () => segment.length,
      onDamage: () => {},
    });
    await scanner.scan(() => {
      found = true;
      return 'last';
    });
  } finally {
    await file.close();
  }
  return found;
}

/** Gives the segment's rows below position `to`; answers one more than the highest of these positions. */
async function replay(
  segment: Segment,
  to: number,
  restore: (rows: RowTarget) => void,
  onDamage: (damage: Damage) => void,
): Promise<number> {
  const file = await open(segment.path, 'r');
  const { length } = segment;
  const rows: RowTarget = { batch: createBatch(RESTORE_ROWS), texts: [] };
  const give = () => {
    restore(rows);
    rows.batch.count = 0;
    rows.texts.length = 0;
  };
  let end = segment.firstPosition;
  try {
    await new SegmentScanner({ file, from: SEGMENT_HEADER_BYTES, end: () => length, onDamage }).scan(
      (bytes, offset) => {
        if (firstPositionOf(bytes, offset) >= to) return 'next';
        const recordEnd = readRows(bytes, offset, 0, isSnapshot(bytes, offset) ? Number.POSITIVE_INFINITY : to, rows);
        if (!isSnapshot(bytes, offset)) end = Math.max(end, recordEnd);
        if (rows.batch.count + rows.texts.length >= RESTORE_ROWS) give();
        return 'next';
      },
    );
    give();
  } finally {
    await file.close();
  }
  return end;
}
