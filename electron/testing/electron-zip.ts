import { closeSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** 2026-01-01 in the format of DOS. */
const DATE = ((2026 - 1980) << 9) | (1 << 5) | 1;
const UNIX = 3;

/**
 * A zip of a folder's files, uncompressed, with their modes, as Electron is released.
 * APPNOTE 6.3: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export function zipFolder(folder: string, zipFile: string): void {
  const file = openSync(zipFile, 'w');
  try {
    const directory: Buffer[] = [];
    let offset = 0;
    for (const name of filesIn(folder)) {
      const path = join(folder, name);
      const content = readFileSync(path);
      const entry = common(name, content);
      directory.push(centralHeader(entry, name, statSync(path).mode, offset));
      for (const part of [localHeader(entry, name), content]) {
        writeSync(file, part);
        offset += part.length;
      }
    }
    const central = Buffer.concat(directory);
    writeSync(file, central);
    writeSync(file, endOf(directory.length, central.length, offset));
  } finally {
    closeSync(file);
  }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** What both headers hold, from "version needed" to "extra field length" (4.3.7). */
function common(name: string, content: Buffer): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(0x0800, 2); // names in UTF-8
  fields.writeUInt16LE(DATE, 8);
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(content.length, 14);
  fields.writeUInt32LE(content.length, 18);
  fields.writeUInt16LE(Buffer.byteLength(name), 22);
  return fields;
}

function localHeader(fields: Buffer, name: string): Buffer {
  return Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name)]);
}

function centralHeader(fields: Buffer, name: string, mode: number, offset: number): Buffer {
  const attributes = Buffer.alloc(14);
  attributes.writeUInt32LE((mode << 16) >>> 0, 6);
  attributes.writeUInt32LE(offset, 10);
  const madeBy = Buffer.from([20, UNIX]);
  return Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), madeBy, fields, attributes, Buffer.from(name)]);
}

function endOf(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}
