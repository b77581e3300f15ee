import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DatastreamIndex } from '#devices/model/datastream.ts';
import { checkedBytes, readRawMessage, readRows } from './read-record.ts';
import { RecordBuffer } from './record-buffer.ts';
import { emptyRows, plainRows, rowsIn } from './testing/rows.ts';

const uint32 = fc.integer({ min: 0, max: 0xffffffff });
const row = fc.record({
  index: uint32,
  status: uint32,
  time: fc.double(),
  value: fc.oneof(fc.double(), fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined })),
  skipped: fc.nat({ max: 3 }),
});
const message = fc.record({
  source: fc.constantFrom('mqtt' as const, 'opcua' as const),
  address: fc.string({ unit: 'grapheme' }),
  sender: fc.string({ unit: 'grapheme' }),
  receivedTime: fc.double(),
  payload: fc.uint8Array({ maxLength: 300 }),
  rows: fc.array(row, { maxLength: 8 }),
});
type Message = typeof message extends fc.Arbitrary<infer T> ? T : never;

/** Writes it with positions from `first` on; answers the rows as they should be read. */
function write(
  records: RecordBuffer,
  { source, address, sender, receivedTime, payload, rows }: Message,
  first: number,
) {
  records.begin('message', source, receivedTime, first);
  let position = first;
  const expected = rows.map(({ index, status, time, value, skipped }) => {
    position += skipped;
    if (typeof value === 'number') records.number(index, status, position, time, value, receivedTime);
    else records.text({ index: index as DatastreamIndex, status, time, receivedTime, value }, position);
    return { index, time, receivedTime, value, status, position: position++ };
  });
  records.finish(address, sender, payload);
  return expected;
}

describe('a record', () => {
  test('gives back the message and its observations, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 5 }), fc.nat({ max: 2 ** 40 }), (messages, first) => {
        const records = new RecordBuffer(16);
        const expected = messages.flatMap((each, i) => write(records, each, first + i * 100));
        expect(rowsIn(records.bytes)).toEqual(expected);
        let at = 0;
        for (const { rows: _, ...raw } of messages) {
          expect(readRawMessage(records.bytes, at)).toEqual(raw);
          at += checkedBytes(records.bytes, at) as number;
        }
        expect(at).toBe(records.length);
      }),
    );
  });

  test('with any byte changed, or cut short anywhere, is no record', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.integer({ min: 1, max: 255 }), (each, where, change) => {
        const records = new RecordBuffer();
        write(records, each, 7);
        const bytes = Buffer.from(records.bytes);
        expect(checkedBytes(bytes.subarray(0, where % bytes.length), 0)).toBeUndefined();
        const at = where % bytes.length;
        bytes[at] = (bytes[at] as number) ^ change;
        expect(checkedBytes(bytes, 0)).toBeUndefined();
      }),
    );
  });

  test('of bytes that nobody wrote is none, and reading them ends', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const record = Buffer.concat([Buffer.from('YJR1\x01\0\0\0', 'latin1'), bytes]);
        expect(checkedBytes(record, 0)).toBeUndefined();
      }),
    );
  });

  test('that was abandoned leaves nothing behind', () => {
    const records = new RecordBuffer();
    records.begin('message', 'mqtt', 1, 0);
    records.number(1, 0, 0, 1, 1, 1);
    records.finish('a', '', new Uint8Array(3));
    const { length } = records;
    records.begin('message', 'mqtt', 2, 1);
    records.abandon();
    expect(records.length).toBe(length);
  });

  test('is read from a position on and before another, and says where it ends all the same', () => {
    const records = new RecordBuffer();
    records.begin('message', 'mqtt', 1, 10);
    for (let position = 10; position < 15; position++) records.number(0, 0, position, position, position, 1);
    records.finish('a', '');
    const rows = emptyRows();
    expect(readRows(records.bytes, 0, 12, 14, rows)).toBe(15);
    expect(plainRows(rows).map(({ position }) => position)).toEqual([12, 13]);
  });
});
