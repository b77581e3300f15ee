import type { ThingSource } from '#devices/model/thing.ts';

/**
 * One record of a journal segment, little endian:
 *
 * | bytes | what |
 * |---|---|
 * | 0–3 | magic, `YJR1` |
 * | 4 | kind: 1 message, 2 part of a snapshot |
 * | 5 | protocol of the source, see PROTOCOLS |
 * | 6–7 | length of the address, bytes of UTF-8 |
 * | 8–11 | length of the body, bytes |
 * | 12–15 | CRC-32 (zlib) of bytes 0–11 and the body |
 * | 16–23 | receivedTime, f64, epoch ms |
 * | 24–31 | first position, f64 |
 * | 32–35 | length of the payload, bytes |
 * | 36–37 | length of the sender, bytes of UTF-8 |
 * | 38–41 | count of numeric rows |
 * | 42–45 | count of textual rows |
 * | 46–… | numeric rows, textual rows, address, sender, payload |
 *
 * A numeric row: index (u32), status (u32), position less the first (u32; in a snapshot the first less the position), time (f64), value (f64). A textual row: the
 * same up to the time, then the length of its text (u32; 0xFFFFFFFF: no result) and the text in UTF-8. In a snapshot the
 * row's own received time (f64) follows its time.
 */
export const RECORD_HEADER_BYTES = 16;
/** From the start of the record to its first row. */
export const ROWS_AT = 46;
export const AT = {
  kind: 4,
  protocol: 5,
  addressBytes: 6,
  bodyBytes: 8,
  crc: 12,
  receivedTime: 16,
  firstPosition: 24,
  payloadBytes: 32,
  senderBytes: 36,
  numbers: 38,
  texts: 42,
} as const;
export const NUMERIC_ROW_BYTES = 28;
/** Without its text. */
export const TEXT_ROW_BYTES = 24;
export const RECEIVED_BYTES = 8;
export const NO_TEXT = 0xffffffff;
export const MAGIC_BYTES = Buffer.from('YJR1', 'latin1');
export const MAGIC = MAGIC_BYTES.readUInt32LE();
/** Bytes of a body; a record that announces more is damaged. */
export const MAX_BODY_BYTES = 32 * 1024 * 1024;

export const RECORD_KINDS = { message: 1, snapshot: 2 } as const;
export type RecordKind = keyof typeof RECORD_KINDS;

/** By their number in a record; new ones go to the end. */
export const PROTOCOLS: readonly ThingSource['protocol'][] = ['mqtt', 'opcua'];
