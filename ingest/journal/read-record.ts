import { crc32 } from 'node:zlib';
import type { DatastreamIndex } from '#devices/model/datastream.ts';
import { appendObservation, type ObservationBatch, type TextObservation } from '#devices/model/observation-batch.ts';
import type { ThingSource } from '#devices/model/thing.ts';
import {
  AT,
  MAGIC,
  MAX_BODY_BYTES,
  NO_TEXT,
  NUMERIC_ROW_BYTES,
  PROTOCOLS,
  RECEIVED_BYTES,
  RECORD_HEADER_BYTES,
  RECORD_KINDS,
  ROWS_AT,
  TEXT_ROW_BYTES,
} from './record-layout.ts';

/** What a source received, as the journal keeps it. */
export interface RawMessage {
  readonly source: ThingSource['protocol'];
  /** Topic or endpoint. */
  readonly address: string;
  /** A client id or an endpoint; empty where nobody knows. */
  readonly sender: string;
  /** Epoch ms UTC. */
  readonly receivedTime: number;
  /** The bytes as they came; empty where a protocol stack shows none. */
  readonly payload: Uint8Array;
}

/** Where rows go. */
export interface RowTarget {
  readonly batch: ObservationBatch;
  readonly texts: TextObservation[];
}

/** Bytes that the record at `offset` announces, header included; undefined where none can begin there. Not checked. */
export function announcedBytes(bytes: Buffer, offset: number): number | undefined {
  if (offset + RECORD_HEADER_BYTES > bytes.length || bytes.readUInt32LE(offset) !== MAGIC) return undefined;
  const body = bytes.readUInt32LE(offset + AT.bodyBytes);
  const isPossible = body >= ROWS_AT - RECORD_HEADER_BYTES && body <= MAX_BODY_BYTES;
  return isPossible ? RECORD_HEADER_BYTES + body : undefined;
}

/** Bytes of the record at `offset` where it is whole and undamaged, else undefined. */
export function checkedBytes(bytes: Buffer, offset: number): number | undefined {
  const length = announcedBytes(bytes, offset);
  if (length === undefined || offset + length > bytes.length) return undefined;
  const body = bytes.subarray(offset + RECORD_HEADER_BYTES, offset + length);
  const crc = crc32(body, crc32(bytes.subarray(offset, offset + AT.crc)));
  return crc === bytes.readUInt32LE(offset + AT.crc) && isConsistent(bytes, offset, length) ? length : undefined;
}

/** Whether all that the counts announce fits; a checksum that is right by design says nothing of that. */
function isConsistent(bytes: Buffer, offset: number, length: number): boolean {
  const received = isSnapshot(bytes, offset) ? RECEIVED_BYTES : 0;
  const numbers = bytes.readUInt32LE(offset + AT.numbers) * (NUMERIC_ROW_BYTES + received);
  const tail =
    bytes.readUInt16LE(offset + AT.addressBytes) +
    bytes.readUInt16LE(offset + AT.senderBytes) +
    bytes.readUInt32LE(offset + AT.payloadBytes);
  let at = offset + ROWS_AT + numbers;
  const end = offset + length - tail;
  for (let texts = bytes.readUInt32LE(offset + AT.texts); texts > 0; texts--) {
    if (at + TEXT_ROW_BYTES + received > end) return false;
    const textBytes = bytes.readUInt32LE(at + 20 + received);
    at += TEXT_ROW_BYTES + received + (textBytes === NO_TEXT ? 0 : textBytes);
  }
  return at === end;
}

export function isSnapshot(bytes: Buffer, offset: number): boolean {
  return bytes[offset + AT.kind] === RECORD_KINDS.snapshot;
}

/** Epoch ms; of a snapshot the moment it was taken. */
export function receivedTimeOf(bytes: Buffer, offset: number): number {
  return bytes.readDoubleLE(offset + AT.receivedTime);
}

export function firstPositionOf(bytes: Buffer, offset: number): number {
  return bytes.readDoubleLE(offset + AT.firstPosition);
}

/**
 * Reads the rows whose position is at least `from` and below `to`, of a record that `checkedBytes` found good. Returns one
 * more than the highest position in it, read or not. Allocates for texts only.
 */
export function readRows(bytes: Buffer, offset: number, from: number, to: number, into: RowTarget): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const ofSnapshot = isSnapshot(bytes, offset);
  const messageReceived = receivedTimeOf(bytes, offset);
  const first = firstPositionOf(bytes, offset);
  const numbers = view.getUint32(offset + AT.numbers, true);
  const rows = numbers + view.getUint32(offset + AT.texts, true);
  let at = offset + ROWS_AT;
  let end = first;
  for (let row = 0; row < rows; row++) {
    const index = view.getUint32(at, true);
    const status = view.getUint32(at + 4, true);
    const distance = view.getUint32(at + 8, true);
    const position = ofSnapshot ? first - distance : first + distance;
    const time = view.getFloat64(at + 12, true);
    at += 20;
    const receivedTime = ofSnapshot ? view.getFloat64(at, true) : messageReceived;
    if (ofSnapshot) at += RECEIVED_BYTES;
    if (position >= end) end = position + 1;
    const isWanted = position >= from && position < to;
    if (row < numbers) {
      const value = view.getFloat64(at, true);
      if (isWanted) appendObservation(into.batch, index, time, receivedTime, value, status, position);
      at += 8;
      continue;
    }
    const textBytes = view.getUint32(at, true);
    at += 4;
    const value = textBytes === NO_TEXT ? undefined : bytes.toString('utf8', at, at + textBytes);
    if (value !== undefined) at += textBytes;
    if (isWanted) into.texts.push({ index: index as DatastreamIndex, time, receivedTime, value, status, position });
  }
  return end;
}

/** The message of a record that `checkedBytes` found good. The payload is a copy. */
export function readRawMessage(bytes: Buffer, offset: number): RawMessage {
  const end = offset + RECORD_HEADER_BYTES + bytes.readUInt32LE(offset + AT.bodyBytes);
  const payloadStart = end - bytes.readUInt32LE(offset + AT.payloadBytes);
  const senderStart = payloadStart - bytes.readUInt16LE(offset + AT.senderBytes);
  const addressStart = senderStart - bytes.readUInt16LE(offset + AT.addressBytes);
  return {
    source: PROTOCOLS[bytes[offset + AT.protocol] as number] ?? 'mqtt',
    address: bytes.toString('utf8', addressStart, senderStart),
    sender: bytes.toString('utf8', senderStart, payloadStart),
    receivedTime: receivedTimeOf(bytes, offset),
    payload: Uint8Array.from(bytes.subarray(payloadStart, end)),
  };
}
