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
    at += meter.take(Uint8Array.from(bytes.slice(at, at + size)), 1 + (i % 3));
    if (meter.tooBig !== undefined) return meter.tooBig;
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
  const meter = new PacketMeter(1_000);
  meter.take(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f), 10);
  expect(meter.tooBig).toBe(268_435_455);
});

test('it stops behind so many packets, and knows whether it stands in one', () => {
  const meter = new PacketMeter(1_000);
  const bytes = Uint8Array.from([...packet(0), ...packet(3), ...packet(200)]);
  expect([meter.take(bytes, 2), meter.ended, meter.isInPacket]).toEqual([7, 2, false]);
  expect([meter.take(bytes.subarray(7, 100), 2), meter.ended, meter.isInPacket]).toEqual([93, 0, true]);
  expect([meter.take(bytes.subarray(100), 2), meter.ended, meter.isInPacket]).toEqual([110, 1, false]);
});
