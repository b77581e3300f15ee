import { open } from 'node:fs/promises';
import { createBatch } from '#devices/model/observation-batch.ts';
import type { Disk } from './disk.ts';
import { announcedBytes, firstPositionOf, isSnapshot, type RowTarget, readRows } from './read-record.ts';
import { RECORD_HEADER_BYTES } from './record-layout.ts';
import { findSegment, SEGMENT_HEADER_BYTES, type Segment, segmentNames } from './segment.ts';
import { type Damage, SegmentScanner } from './segment-scanner.ts';

/** What a journal's folder holds. */
export interface Recovered {
  /** Oldest first; the length of the newest leaves out its torn tail. */
  readonly segments: Segment[];
  /** Names of files that hold no record, and yet more than what a crash leaves of a segment that is being made. */
  readonly unreadable: readonly string[];
  /** One more than the highest position; 0 without any. */
  readonly end: number;
  readonly tornBytes: number;
}

export interface RecoverParts {
  readonly disk: Disk;
  readonly restore: (rows: RowTarget) => void;
  readonly onDamage: (segment: Segment, damage: Damage) => void;
}

/** Rows given to `restore` at once. */
const RESTORE_ROWS = 10_000;

/**
 * Reads the newest segment, and as many before as make half a segment with it, so that what was received shortly before the
 * end is known again. Older ones are not opened: a start takes the same time however long the journal is.
 */
export async function recover(folder: string, segmentBytes: number, parts: RecoverParts): Promise<Recovered> {
  const { segments, unreadable } = await findSegments(folder, parts.disk);
  const newest = segments.at(-1);
  if (newest === undefined) return { segments, unreadable, end: 0, tornBytes: 0 };
  for (const [segment, next] of shortlyBefore(segments, segmentBytes / 2)) {
    await replay(segment, next.firstPosition, parts.restore, (damage) => parts.onDamage(segment, damage));
  }
  let tail: Damage | undefined;
  const { length } = newest;
  const end = await replay(newest, Number.POSITIVE_INFINITY, parts.restore, (damage) => {
    if (damage.to === length) tail = damage;
    else parts.onDamage(newest, damage);
  });
  if (tail !== undefined) newest.length = tail.from;
  return { segments, unreadable, end, tornBytes: length - newest.length };
}

/** The segments before the newest, each with the one that ends it, oldest first: until all are so many bytes together. */
function shortlyBefore(segments: readonly Segment[], bytes: number): [Segment, Segment][] {
  const pairs: [Segment, Segment][] = [];
  let have = segments.at(-1)?.length ?? 0;
  for (let at = segments.length - 2; at >= 0 && have < bytes; at--) {
    const segment = segments[at] as Segment;
    pairs.unshift([segment, segments[at + 1] as Segment]);
    have += segment.length;
  }
  return pairs;
}

/** The files that are segments. At the end of them a crash may have left some that were just being made; these go. */
async function findSegments(folder: string, disk: Disk): Promise<{ segments: Segment[]; unreadable: string[] }> {
  const segments: Segment[] = [];
  const unreadable: string[] = [];
  for (const name of await segmentNames(folder)) {
    const segment = await findSegment(folder, name);
    // Too short for any record, it would only seem to end the one before.
    if (segment.length <= SEGMENT_HEADER_BYTES) await disk.unlink(segment.path);
    else segments.push(segment);
  }
  for (let newest = segments.at(-1); newest !== undefined; newest = segments.at(-1)) {
    const content = await contentOf(newest);
    if (content === 'records') break;
    if (content === 'beginning') await disk.unlink(newest.path);
    else unreadable.push(newest.name);
    segments.pop();
  }
  return { segments, unreadable };
}

/**
 * What is in it: records; the beginning of one and nothing else, because it was just being made (its first record, part of
 * a snapshot, is on disk before any message is); or bytes that are neither.
 */
async function contentOf(segment: Segment): Promise<'records' | 'beginning' | 'noise'> {
  const file = await open(segment.path, 'r');
  try {
    const start = Buffer.alloc(RECORD_HEADER_BYTES);
    const { bytesRead } = await file.read(start, 0, start.length, SEGMENT_HEADER_BYTES);
    const announced = announcedBytes(start.subarray(0, bytesRead), 0) ?? 0;
    let found: 'records' | 'beginning' | 'noise' =
      bytesRead < start.length || SEGMENT_HEADER_BYTES + announced > segment.length ? 'beginning' : 'noise';
    const scanner = new SegmentScanner({
      file,
      from: SEGMENT_HEADER_BYTES,
      end: () => segment.length,
      onDamage: () => {},
    });
    await scanner.scan(() => {
      found = 'records';
      return 'last';
    });
    return found;
  } finally {
    await file.close();
  }
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
