import { crc32 } from 'node:zlib';
import type { TextObservation } from '#devices/model/observation-batch.ts';
import type { ThingSource } from '#devices/model/thing.ts';
import {
  AT,
  MAGIC,
  NO_TEXT,
  NUMERIC_ROW_BYTES,
  PROTOCOLS,
  RECEIVED_BYTES,
  RECORD_HEADER_BYTES,
  RECORD_KINDS,
  type RecordKind,
  ROWS_AT,
  TEXT_ROW_BYTES,
} from './record-layout.ts';

/** Bytes of an address or a sender that are kept. */
const MAX_NAME_BYTES = 0xffff;
/** Of a row in a snapshot whose position is further back than can be said; any other is right then. */
const NO_DISTANCE = 0xffffffff;
const NOTHING = new Uint8Array(0);

/**
 * Records one after another in one buffer that is used again: what a group commit writes. A record is begun, given its
 * rows, and finished, or abandoned where it got none.
 */
export class RecordBuffer {
  #bytes: Buffer;
  #view: DataView;
  #length = 0;
  /** Of the record under way. */
  #start = 0;
  #isSnapshot = false;
  #first = 0;
  #numbers = 0;
  /** Textual rows of the record under way; they are written behind the numeric ones. */
  readonly #texts: { readonly text: TextObservation; readonly position: number }[] = [];

  constructor(capacity = 64 * 1024) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** The finished records; valid until the next one is begun. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#length = 0;
  }

  /** @param firstPosition No row may have a lower one; of a snapshot: no row may have a higher one. */
  begin(kind: RecordKind, source: ThingSource['protocol'], receivedTime: number, firstPosition: number): void {
    this.#start = this.#length;
    this.#isSnapshot = kind === 'snapshot';
    this.#first = firstPosition;
    this.#numbers = 0;
    this.#texts.length = 0;
    this.#reserve(ROWS_AT);
    const at = this.#start;
    this.#view.setUint32(at, MAGIC, true);
    this.#view.setUint8(at + AT.kind, RECORD_KINDS[kind]);
    this.#view.setUint8(at + AT.protocol, PROTOCOLS.indexOf(source));
    this.#view.setFloat64(at + AT.receivedTime, receivedTime, true);
    this.#view.setFloat64(at + AT.firstPosition, firstPosition, true);
    this.#length += ROWS_AT;
  }

  /** A numeric row; the received time counts in snapshots only. No allocation. */
  number(index: number, status: number, position: number, time: number, value: number, receivedTime: number): void {
    this.#reserve(NUMERIC_ROW_BYTES + RECEIVED_BYTES);
    this.#rowHead(index, status, position, time, receivedTime);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
    this.#numbers++;
  }

  text(text: TextObservation, position: number): void {
    this.#texts.push({ text, position });
  }

  finish(address: string, sender: string, payload: Uint8Array = NOTHING): void {
    for (const { text, position } of this.#texts) this.#writeText(text, position);
    const addressBytes = this.#writeName(address);
    const senderBytes = this.#writeName(sender);
    this.#reserve(payload.length);
    this.#bytes.set(payload, this.#length);
    this.#length += payload.length;
    const at = this.#start;
    this.#view.setUint16(at + AT.addressBytes, addressBytes, true);
    this.#view.setUint32(at + AT.bodyBytes, this.#length - at - RECORD_HEADER_BYTES, true);
    this.#view.setUint32(at + AT.payloadBytes, payload.length, true);
    this.#view.setUint16(at + AT.senderBytes, senderBytes, true);
    this.#view.setUint32(at + AT.numbers, this.#numbers, true);
    this.#view.setUint32(at + AT.texts, this.#texts.length, true);
    const body = this.#bytes.subarray(at + RECORD_HEADER_BYTES, this.#length);
    this.#view.setUint32(at + AT.crc, crc32(body, crc32(this.#bytes.subarray(at, at + AT.crc))), true);
  }

  abandon(): void {
    this.#length = this.#start;
  }

  #writeText(text: TextObservation, position: number): void {
    const bytes = text.value === undefined ? 0 : Buffer.byteLength(text.value);
    this.#reserve(TEXT_ROW_BYTES + RECEIVED_BYTES + bytes);
    this.#rowHead(text.index, text.status, position, text.time, text.receivedTime);
    this.#view.setUint32(this.#length, text.value === undefined ? NO_TEXT : bytes, true);
    if (text.value !== undefined) this.#bytes.write(text.value, this.#length + 4);
    this.#length += 4 + bytes;
  }

  #rowHead(index: number, status: number, position: number, time: number, receivedTime: number): void {
    const at = this.#length;
    this.#view.setUint32(at, index, true);
    this.#view.setUint32(at + 4, status, true);
    const distance = Math.min(NO_DISTANCE, this.#isSnapshot ? this.#first - position : position - this.#first);
    this.#view.setUint32(at + 8, distance, true);
    this.#view.setFloat64(at + 12, time, true);
    this.#length += 20;
    if (!this.#isSnapshot) return;
    this.#view.setFloat64(this.#length, receivedTime, true);
    this.#length += RECEIVED_BYTES;
  }

  #writeName(name: string): number {
    const room = Math.min(name.length * 3, MAX_NAME_BYTES);
    this.#reserve(room);
    const bytes = this.#bytes.write(name, this.#length, room);
    this.#length += bytes;
    return bytes;
  }

  #reserve(bytes: number): void {
    const least = this.#length + bytes;
    if (least <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(least, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
