import { expect, test } from 'vitest';
import { firstPositionOf } from './read-record.ts';
import { RecordBuffer } from './record-buffer.ts';
import { type Damage, SegmentScanner } from './segment-scanner.ts';

const BAD_PAGE = 3;
const PAGE_BYTES = 4096;

test('a page that the disk cannot read costs the records in it and no others', async () => {
  const records = new RecordBuffer();
  for (let position = 0; position < 500; position++) {
    records.begin('message', 'mqtt', position, position);
    records.number(0, 0, position, position, position, position);
    records.finish('twin/a/b', '');
  }
  const { bytes } = records;
  const recordBytes = bytes.length / 500;
  const file = {
    async read(into: Buffer, at: number, length: number, position: number) {
      if (position + length > bytes.length) throw new RangeError('read behind the end');
      const isBad = position < (BAD_PAGE + 1) * PAGE_BYTES && position + length > BAD_PAGE * PAGE_BYTES;
      if (isBad) throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
      return { bytesRead: bytes.copy(into, at, position, position + length), buffer: into };
    },
  };
  const found: number[] = [];
  const damages: Damage[] = [];
  await new SegmentScanner({
    file: file as never,
    from: 0,
    end: () => bytes.length,
    onDamage: (damage) => damages.push(damage),
  }).scan((window, offset) => {
    found.push(firstPositionOf(window, offset));
    return 'next';
  });
  const isInPage = (position: number) =>
    (position + 1) * recordBytes > BAD_PAGE * PAGE_BYTES && position * recordBytes < (BAD_PAGE + 1) * PAGE_BYTES;
  expect(damages).toHaveLength(1);
  expect(found).toEqual(Array.from({ length: 500 }, (_, i) => i).filter((position) => !isInPage(position)));
});

test('a damaged message full of what looks like long records is passed over with bounded work, and the next one found', async () => {
  const records = new RecordBuffer();
  // Every 64 bytes the head of a record that claims to be 4 MiB long.
  const hostile = Buffer.alloc(2 * 1024 * 1024);
  for (let at = 0; at < hostile.length; at += 64) {
    hostile.write('YJR1', at, 'latin1');
    hostile.writeUInt32LE(4 * 1024 * 1024, at + 8);
  }
  const write = (position: number, payload?: Uint8Array) => {
    records.begin('message', 'mqtt', position, position);
    records.number(0, 0, position, position, position, position);
    records.finish('twin/a/b', '', payload);
  };
  write(0);
  const damagedAt = records.length;
  write(1, hostile);
  write(2);
  write(3, new Uint8Array(8 * 1024 * 1024));
  const bytes = Buffer.from(records.bytes);
  // Its head is gone, so where it ends is not known.
  bytes.fill(0, damagedAt, damagedAt + 16);
  let read = 0;
  const file = {
    async read(into: Buffer, at: number, length: number, position: number) {
      read += length;
      return { bytesRead: bytes.copy(into, at, position, position + length), buffer: into };
    },
  };
  const found: number[] = [];
  await new SegmentScanner({ file: file as never, from: 0, end: () => bytes.length, onDamage: () => {} }).scan(
    (window, offset) => {
      found.push(firstPositionOf(window, offset));
      return 'next';
    },
  );
  expect(found).toEqual([0, 2, 3]);
  expect(read).toBeLessThan(400 * 1024 * 1024);
});
