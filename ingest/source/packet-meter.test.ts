import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PacketMeter } from './packet-meter.ts';

/** An MQTT packet of `length` bytes after its fixed header. */
function packet(length: number): number[] {
  const header = [0x30];
  let rest = length;
  do {
    header.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return [...header, ...Array.from({ length }, (_, i) => i % 256)];
}

/** What the meter says when the bytes come in pieces of the given sizes, over and over. */
function measured(bytes: readonly number[], pieces: readonly number[], maxBytes: number): number | undefined {
  const meter = new PacketMeter(maxBytes);
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = pieces[i % pieces.length] as number;
    const tooBig = meter.firstTooBig(Uint8Array.from(bytes.slice(at, at + size)));
    if (tooBig !== undefined) return tooBig;
    at += size;
  }
  return undefined;
}

test('however the bytes are cut, the first packet that is too big is found, and none other', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 }),
      (lengths, pieces) => {
        const bytes = lengths.flatMap(packet);
        expect(measured(bytes, pieces, 300)).toBe(lengths.find((length) => length > 300));
      },
    ),
  );
});

test('it is found when its length is announced, before its payload came', () => {
  expect(new PacketMeter(1_000).firstTooBig(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f))).toBe(268_435_455);
});
