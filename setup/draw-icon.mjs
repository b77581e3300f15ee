// Draws electron/icon/: the favicon of twin-viewer/index.html as files. `node setup/draw-icon.mjs`
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { ROOT } from './console.mjs';

/** The favicon, in its own 16 × 16 units: a rounded square, and one line across. */
const GROUND = { left: 0, top: 0, right: 16, bottom: 16, radius: 3, color: [0x10, 0x18, 0x21] };
const LINE = { left: 3, top: 7, right: 13, bottom: 9, radius: 0, color: [0xe6, 0xed, 0xf3] };
/** Samples a pixel's side. */
const SAMPLES = 4;

const png = drawPng(512);
writeFileSync(join(ROOT, 'electron', 'icon', 'yiping.png'), png);
writeFileSync(join(ROOT, 'electron', 'icon', 'yiping.ico'), icoOf([16, 24, 32, 48, 64, 256]));

/** PNG (https://www.w3.org/TR/png-3/), 8-bit RGBA. */
function drawPng(size) {
  const rows = Buffer.alloc(size * (1 + size * 4));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) rows.set(pixel(x, y, size), y * (1 + size * 4) + 1 + x * 4);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function pixel(x, y, size) {
  const ground = coverage(GROUND, x, y, size);
  const line = coverage(LINE, x, y, size);
  return [...GROUND.color.map((dark, i) => Math.round(dark + (LINE.color[i] - dark) * line)), Math.round(ground * 255)];
}

/** The share of a pixel that lies in the shape. */
function coverage(shape, x, y, size) {
  const unit = 16 / size;
  let inside = 0;
  for (let i = 0; i < SAMPLES * SAMPLES; i++) {
    const atX = (x + ((i % SAMPLES) + 0.5) / SAMPLES) * unit;
    const atY = (y + (Math.floor(i / SAMPLES) + 0.5) / SAMPLES) * unit;
    if (contains(shape, atX, atY)) inside++;
  }
  return inside / (SAMPLES * SAMPLES);
}

function contains({ left, top, right, bottom, radius }, x, y) {
  if (x < left || x > right || y < top || y > bottom) return false;
  const dx = Math.max(left + radius - x, x - right + radius, 0);
  const dy = Math.max(top + radius - y, y - bottom + radius, 0);
  return dx * dx + dy * dy <= radius * radius;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** An ICO file that holds PNGs (https://learn.microsoft.com/previous-versions/ms997538(v=msdn.10)). */
function icoOf(sizes) {
  const images = sizes.map((size) => ({ size, data: drawPng(size) }));
  const directory = Buffer.alloc(6 + 16 * images.length);
  directory.writeUInt16LE(1, 2);
  directory.writeUInt16LE(images.length, 4);
  let offset = directory.length;
  images.forEach(({ size, data }, i) => {
    const at = 6 + 16 * i;
    directory.set([size % 256, size % 256, 0, 0], at);
    directory.writeUInt16LE(1, at + 4);
    directory.writeUInt16LE(32, at + 6);
    directory.writeUInt32LE(data.length, at + 8);
    directory.writeUInt32LE(offset, at + 12);
    offset += data.length;
  });
  return Buffer.concat([directory, ...images.map(({ data }) => data)]);
}
