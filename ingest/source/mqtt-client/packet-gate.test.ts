import fc from 'fast-check';
import { generate } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { type LargeMessage, PacketGate } from './packet-gate.ts';

const MAX = 200;

const message = (id: number, size: number, qos: 0 | 1 | 2) =>
  generate({
    cmd: 'publish',
    topic: 'twin/a/x',
    payload: 'x'.repeat(size),
    qos,
    messageId: id,
    dup: false,
    retain: false,
  });

/** What goes through when the stream comes in pieces that end at `cuts`. */
function through(stream: Buffer, cuts: readonly number[], max = MAX) {
  const passed: Buffer[] = [];
  const leftOut: LargeMessage[] = [];
  const gate = new PacketGate(max, {
    pass: (bytes) => passed.push(Buffer.from(bytes)),
    leftOut: (large) => leftOut.push(large),
  });
  const ends = [...new Set(cuts.map((cut) => cut % (stream.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const end of [...ends, stream.length]) {
    gate.take(stream.subarray(from, end));
    from = end;
  }
  return { passed: Buffer.concat(passed), leftOut };
}

test('however the stream is cut, small packets go through untouched and large messages are left out by name', () => {
  const sizes = fc.array(fc.record({ size: fc.nat(600), qos: fc.constantFrom(0 as const, 1 as const, 2 as const) }));
  fc.assert(
    fc.property(sizes, fc.array(fc.nat(10_000), { maxLength: 30 }), (list, cuts) => {
      const packets = list.map(({ size, qos }, at) => ({ at, qos, bytes: message(at + 1, size, qos) }));
      const stream = Buffer.concat(packets.map(({ bytes }) => bytes));
      // Two bytes of fixed header up to a length of 127, three above.
      const lengthOf = (bytes: Buffer) => bytes.length - (bytes.length > 129 ? 3 : 2);
      const isLarge = ({ bytes }: { bytes: Buffer }) => lengthOf(bytes) > MAX;
      const { passed, leftOut } = through(stream, cuts);
      const small = packets.filter((packet) => !isLarge(packet)).map(({ bytes }) => bytes);
      expect(passed.equals(Buffer.concat(small))).toBe(true);
      expect(leftOut).toEqual(
        packets.filter(isLarge).map(({ at, qos, bytes }) => ({
          topic: 'twin/a/x',
          qos,
          messageId: qos === 0 ? 0 : at + 1,
          bytes: lengthOf(bytes),
        })),
      );
    }),
  );
});

test('a large packet that is no message, and a message that is all topic, are errors', () => {
  expect(() => through(Buffer.from([0x90, 0xff, 0x7f]), [])).toThrow(/a packet of 16383 bytes was announced/);
  const allTopic = Buffer.concat([Buffer.from([0x32, 0xff, 0x01, 0xff, 0xff]), Buffer.alloc(253)]);
  expect(() => through(allTopic, [])).toThrow(/ends in its topic/);
});

test('random bytes pass or are errors, and nothing hangs', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.array(fc.nat(400), { maxLength: 5 }), (bytes, cuts) => {
      try {
        expect(through(Buffer.from(bytes), cuts).passed.length).toBeLessThanOrEqual(bytes.length);
      } catch (error) {
        expect((error as Error).message).toMatch(/announced|ends in its topic/);
      }
    }),
  );
});
