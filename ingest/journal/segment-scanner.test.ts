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
