import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** The first bytes of a segment: magic (8), first position (f64), created (f64, epoch ms), CRC-32 of these 24 (u32). */
export const SEGMENT_HEADER_BYTES = 28;
const MAGIC = Buffer.from('YJSEG1\r\n', 'latin1');
const NAME = /^(\d{16})-(\d{4})\.journal$/;

/**
 * One file of the journal. Its records count up to the first position of the next segment and no further: what stands
 * behind that was never acknowledged, because its sync failed and the next segment took its positions.
 */
export interface Segment {
  readonly name: string;
  readonly path: string;
  /** No record in it has a lower position. */
  readonly firstPosition: number;
  /** Bytes that are known to be on disk; grows while it is written. */
  length: number;
}

/** `0000000000001234-0000.journal`: the first position, and a number for when it is taken already. */
export function segmentName(firstPosition: number, attempt: number): string {
  return `${String(firstPosition).padStart(16, '0')}-${String(attempt).padStart(4, '0')}.journal`;
}

/** Names of the segments in a folder, in their order. */
export async function segmentNames(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => NAME.test(name)).sort();
}

export function segmentHeader(firstPosition: number, created: number): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  MAGIC.copy(header);
  header.writeDoubleLE(firstPosition, 8);
  header.writeDoubleLE(created, 16);
  header.writeUInt32LE(crc32(header.subarray(0, 24)), 24);
  return header;
}

/** The segment of that name: what it is stands in its name too, so that a damaged head costs nothing but itself. */
export async function findSegment(folder: string, name: string): Promise<Segment> {
  const path = join(folder, name);
  const { size: length } = await stat(path);
  return { name, path, firstPosition: Number(NAME.exec(name)?.[1]), length };
}
