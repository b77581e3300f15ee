import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DatastreamIndex } from '../model/datastream.ts';
import { appendObservation, createBatch, type TextObservation } from '../model/observation-batch.ts';
import { decodeFrame, decodeFrames, encodeFrame, FRAME_HEADER_BYTES, type Frame, FrameError } from './frame.ts';

const uint32 = fc.integer({ min: 0, max: 0xffffffff });
const double = fc.double();

const text = fc.record({
  index: uint32.map((index) => index as DatastreamIndex),
  time: double,
  receivedTime: double,
  value: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
  status: uint32,
});

const frame: fc.Arbitrary<Frame> = fc
  .record({
    kind: fc.constantFrom('snapshot', 'delta', 'heartbeat'),
    sequence: uint32,
    time: double,
    rows: fc.array(fc.tuple(uint32, double, double, double, uint32), { maxLength: 40 }),
    texts: fc.array(text, { maxLength: 8 }),
  })
  .map(({ rows, ...rest }) => {
    const batch = createBatch(0);
    for (const [index, time, received, value, status] of rows) {
      appendObservation(batch, index, time, received, value, status);
    }
    return { ...rest, batch };
  });

/** What of a frame is on the wire, as plain arrays. */
function plain({ kind, sequence, time, batch, texts }: Frame) {
  const { count } = batch;
  const columns = [batch.index, batch.time, batch.receivedTime, batch.value, batch.status];
  return { kind, sequence, time, columns: columns.map((column) => [...column.subarray(0, count)]), texts };
}

describe('a live frame', () => {
  test('comes out as it went in, texts of every character included', () => {
    fc.assert(
      fc.property(frame, (input) => {
        expect(plain(decodeFrame(encodeFrame(input).buffer))).toEqual(plain(input));
      }),
    );
  });

  test('is followed by the next one where several are sent together', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 4 }), (inputs) => {
        expect(decodeFrames(joined(inputs.map(encodeFrame))).map(plain)).toEqual(inputs.map(plain));
      }),
    );
  });

  test('says its length, and its columns are views and not copies', () => {
    const batch = createBatch(1);
    appendObservation(batch, 7, 1, 2, 3, 0);
    const bytes = encodeFrame({ kind: 'delta', sequence: 1, time: 0, batch, texts: [] });
    expect(bytes.length).toBe(FRAME_HEADER_BYTES + 32);
    expect(decodeFrame(bytes.buffer).batch.value.buffer).toBe(bytes.buffer);
  });

  test('cut off anywhere is a FrameError', () => {
    const note: TextObservation = { index: 1 as DatastreamIndex, time: 0, receivedTime: 0, value: '一屏', status: 0 };
    const batch = createBatch(1);
    appendObservation(batch, 7, 1, 2, 3, 0);
    const bytes = encodeFrame({ kind: 'delta', sequence: 1, time: 0, batch, texts: [note] });
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeFrame(bytes.slice(0, length).buffer)).toThrow(FrameError);
    }
  });

  test('with any bytes changed is a frame or a FrameError, and nothing else', () => {
    const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(frame, fc.array(change, { minLength: 1, maxLength: 8 }), (input, changes) => {
        const bytes = encodeFrame(input);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        expectFrameOrFrameError(bytes);
      }),
      { numRuns: 1_000 },
    );
  });

  test('of random bytes after a right beginning is a frame or a FrameError, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (tail, isAnnounced) => {
        const bytes = new Uint8Array(8 + tail.length);
        bytes.set([0x59, 0x50, 0x46, 0x31, 2]);
        bytes.set(tail, 8);
        if (isAnnounced && bytes.length >= 24) new DataView(bytes.buffer).setUint32(20, bytes.length & ~7, true);
        expectFrameOrFrameError(bytes);
      }),
      { numRuns: 2_000 },
    );
  });
});

function expectFrameOrFrameError(bytes: Uint8Array<ArrayBuffer>): void {
  try {
    for (const { batch } of decodeFrames(bytes.buffer)) expect(batch.count).toBeGreaterThanOrEqual(0);
  } catch (error) {
    expect(error).toBeInstanceOf(FrameError);
  }
}

function joined(parts: readonly Uint8Array[]): ArrayBuffer {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all.buffer;
}
