import type { DatastreamIndex } from '../model/datastream.ts';
import type { ObservationBatch, TextObservation } from '../model/observation-batch.ts';

/**
 * The live frame: one binary WebSocket message, or one element of a replay answer. Little-endian.
 *
 *   byte  0  uint32   magic 0x31465059 ("YPF1")
 *   byte  4  uint8    kind: 1 snapshot (replaces all that the receiver knows), 2 delta, 3 heartbeat (count 0)
 *   byte  5  uint8[3] zero
 *   byte  8  uint32   count: numeric observations
 *   byte 12  uint32   textCount: text observations
 *   byte 16  uint32   sequence: 1, 2, 3 … per connection; a receiver acknowledges the highest it applied
 *   byte 20  uint32   byteLength of the whole frame, a multiple of 8
 *   byte 24  float64  frame time, epoch ms UTC: the server's clock at encoding, or the replayed moment
 *   byte 32  float64[count] time            phenomenonTime
 *            float64[count] receivedTime
 *            float64[count] value           NaN: Bad without a result
 *            uint32[count]  index           DatastreamIndex
 *            uint32[count]  status          OPC UA StatusCode
 *            textCount × { float64 time, float64 receivedTime, uint32 index, uint32 status,
 *                          uint32 byteCount (0xffffffff: no result), uint8[byteCount] UTF-8 }, each padded to 8 bytes
 *
 * In a frame a datastream occurs at most once. Frames may be concatenated: `byteLength` leads to the next.
 */
export const FRAME_MAGIC = 0x31465059;
export const FRAME_HEADER_BYTES = 32;
export const FRAME_MEDIA_TYPE = 'application/vnd.yiping.frame';
/** Sub-protocol of the WebSocket `/live`; goes up when the layout changes. */
export const LIVE_PROTOCOL = 'yiping.live.1';

export const FRAME_KINDS = { snapshot: 1, delta: 2, heartbeat: 3 } as const;
export type FrameKind = keyof typeof FRAME_KINDS;

const BYTES_PER_OBSERVATION = 32;
const TEXT_FIXED_BYTES = 28;
const NO_RESULT = 0xffffffff;
/** 1 million observations are 32 MB; a frame that claims more is not ours. */
export const MAX_FRAME_COUNT = 1_000_000;

export interface Frame {
  readonly kind: FrameKind;
  readonly sequence: number;
  /** Epoch ms UTC. */
  readonly time: number;
  /** `count` observations, each datastream at most once. Where a message stands in the journal is not on the wire. */
  readonly batch: Omit<ObservationBatch, 'position'>;
  readonly texts: readonly TextObservation[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Encodes once; the answer may be sent to many. */
export function encodeFrame(input: Frame): Uint8Array<ArrayBuffer> {
  const { batch, texts } = input;
  const { count } = batch;
  const encoded = texts.map((text) => (text.value === undefined ? undefined : encoder.encode(text.value)));
  let byteLength = FRAME_HEADER_BYTES + count * BYTES_PER_OBSERVATION;
  for (const bytes of encoded) byteLength += padded(TEXT_FIXED_BYTES + (bytes?.length ?? 0));

  const buffer = new ArrayBuffer(byteLength);
  const view = new DataView(buffer);
  view.setUint32(0, FRAME_MAGIC, true);
  view.setUint8(4, FRAME_KINDS[input.kind]);
  view.setUint32(8, count, true);
  view.setUint32(12, texts.length, true);
  view.setUint32(16, input.sequence, true);
  view.setUint32(20, byteLength, true);
  view.setFloat64(24, input.time, true);

  const column = columnsOf(buffer, FRAME_HEADER_BYTES, count);
  column.time.set(batch.time.subarray(0, count));
  column.receivedTime.set(batch.receivedTime.subarray(0, count));
  column.value.set(batch.value.subarray(0, count));
  column.index.set(batch.index.subarray(0, count));
  column.status.set(batch.status.subarray(0, count));

  let at = FRAME_HEADER_BYTES + count * BYTES_PER_OBSERVATION;
  texts.forEach((text, i) => {
    const bytes = encoded[i];
    view.setFloat64(at, text.time, true);
    view.setFloat64(at + 8, text.receivedTime, true);
    view.setUint32(at + 16, text.index, true);
    view.setUint32(at + 20, text.status, true);
    view.setUint32(at + 24, bytes === undefined ? NO_RESULT : bytes.length, true);
    if (bytes !== undefined) new Uint8Array(buffer, at + TEXT_FIXED_BYTES).set(bytes);
    at += padded(TEXT_FIXED_BYTES + (bytes?.length ?? 0));
  });
  return new Uint8Array(buffer);
}

/**
 * Decodes the frame at `offset` without copying the columns: they are views of `buffer`.
 *
 * @throws {FrameError} where the bytes are not a whole, well-formed frame.
 */
export function decodeFrame(buffer: ArrayBuffer, offset = 0): Frame {
  const header = readHeader(buffer, offset);
  const { count, textCount, byteLength } = header;
  const column = columnsOf(buffer, offset + FRAME_HEADER_BYTES, count);
  const textStart = offset + FRAME_HEADER_BYTES + count * BYTES_PER_OBSERVATION;
  const texts = readTexts(buffer, textStart, offset + byteLength, textCount);
  return { kind: header.kind, sequence: header.sequence, time: header.time, batch: { count, ...column }, texts };
}

/** All frames of a replay answer, in order. @throws {FrameError} */
export function decodeFrames(buffer: ArrayBuffer): Frame[] {
  const frames: Frame[] = [];
  for (let offset = 0; offset < buffer.byteLength; ) {
    frames.push(decodeFrame(buffer, offset));
    offset += new DataView(buffer).getUint32(offset + 20, true);
  }
  return frames;
}

/** Says which bytes were wrong and why; the connection they came from is to be closed. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

function readHeader(buffer: ArrayBuffer, offset: number) {
  if (offset % 8 !== 0 || buffer.byteLength - offset < FRAME_HEADER_BYTES) {
    throw new FrameError(`live frame at byte ${offset}: ${buffer.byteLength - offset} bytes are too few for a header`);
  }
  const view = new DataView(buffer, offset);
  const magic = view.getUint32(0, true);
  if (magic !== FRAME_MAGIC) {
    throw new FrameError(`live frame at byte ${offset}: magic 0x${magic.toString(16)} is not "YPF1"`);
  }
  const kindByte = view.getUint8(4);
  const kind = kindByte === 1 ? 'snapshot' : kindByte === 2 ? 'delta' : kindByte === 3 ? 'heartbeat' : undefined;
  if (kind === undefined) throw new FrameError(`live frame at byte ${offset}: unknown kind ${kindByte}`);
  const count = view.getUint32(8, true);
  const textCount = view.getUint32(12, true);
  const byteLength = view.getUint32(20, true);
  const least = FRAME_HEADER_BYTES + count * BYTES_PER_OBSERVATION + textCount * padded(TEXT_FIXED_BYTES);
  if (count > MAX_FRAME_COUNT || textCount > MAX_FRAME_COUNT || byteLength < least || byteLength % 8 !== 0) {
    throw new FrameError(
      `live frame at byte ${offset}: ${count} observations and ${textCount} texts do not fit ${byteLength} bytes`,
    );
  }
  if (byteLength > buffer.byteLength - offset) {
    throw new FrameError(
      `live frame at byte ${offset}: cut off, ${byteLength} bytes announced, ${buffer.byteLength - offset} there`,
    );
  }
  return {
    kind,
    count,
    textCount,
    byteLength,
    sequence: view.getUint32(16, true),
    time: view.getFloat64(24, true),
  } as {
    kind: FrameKind;
    count: number;
    textCount: number;
    byteLength: number;
    sequence: number;
    time: number;
  };
}

function columnsOf(buffer: ArrayBuffer, at: number, count: number) {
  return {
    time: new Float64Array(buffer, at, count),
    receivedTime: new Float64Array(buffer, at + count * 8, count),
    value: new Float64Array(buffer, at + count * 16, count),
    index: new Uint32Array(buffer, at + count * 24, count),
    status: new Uint32Array(buffer, at + count * 28, count),
  };
}

function readTexts(buffer: ArrayBuffer, start: number, end: number, textCount: number): TextObservation[] {
  const view = new DataView(buffer);
  const texts: TextObservation[] = [];
  let at = start;
  for (let i = 0; i < textCount; i++) {
    if (at + TEXT_FIXED_BYTES > end) throw new FrameError(`live frame: text ${i} of ${textCount} is cut off`);
    const byteCount = view.getUint32(at + 24, true);
    const length = byteCount === NO_RESULT ? 0 : byteCount;
    if (at + TEXT_FIXED_BYTES + length > end) {
      throw new FrameError(`live frame: text ${i} claims ${length} bytes, past the end of the frame`);
    }
    texts.push({
      time: view.getFloat64(at, true),
      receivedTime: view.getFloat64(at + 8, true),
      index: view.getUint32(at + 16, true) as DatastreamIndex,
      status: view.getUint32(at + 20, true),
      value: byteCount === NO_RESULT ? undefined : decodeUtf8(buffer, at + TEXT_FIXED_BYTES, length),
    });
    at += padded(TEXT_FIXED_BYTES + length);
  }
  if (at !== end) throw new FrameError(`live frame: ${end - at} bytes are left over after the texts`);
  return texts;
}

function decodeUtf8(buffer: ArrayBuffer, at: number, length: number): string {
  try {
    return decoder.decode(new Uint8Array(buffer, at, length));
  } catch {
    throw new FrameError(`live frame: the text at byte ${at} is not UTF-8`);
  }
}

function padded(bytes: number): number {
  return (bytes + 7) & ~7;
}
