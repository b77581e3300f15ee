/** Reserved, CONNACK, SUBACK, UNSUBACK, PINGRESP, reserved. */
const NOT_FROM_CLIENTS: ReadonlySet<number> = new Set([0, 2, 9, 11, 13, 15]);

/**
 * Follows the MQTT packets in a byte stream by their fixed headers (MQTT 3.1.1 §2.2), to see a giant packet when its
 * length is announced and not when it has been buffered, and to know where packets end. Payload bytes are skipped, not
 * looked at.
 */
export class PacketMeter {
  /** A packet that announces more bytes is too big. May be changed between packets. */
  maxBytes: number;
  /** The announced length of the packet that was too big, bytes; nothing can be taken after it. */
  tooBig: number | undefined;
  /** The type of a packet that no client sends (MQTT 3.1.1 §2.2.1); nothing can be taken after it. */
  wrongType: number | undefined;
  /** Packets that ended in the bytes last taken. */
  ended = 0;
  /** Bytes of the current packet that are still to come. */
  #toSkip = 0;
  /** Length bytes read of the current header; -1: its first byte is still to come. */
  #lengthBytes = -1;
  #length = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** Whether a packet has begun and not ended. */
  get isInPacket(): boolean {
    return this.#toSkip > 0 || this.#lengthBytes >= 0;
  }

  /** Follows the bytes up to the end of the `maxPackets`-th packet, or of the bytes; the answer says how many that are. */
  take(bytes: Uint8Array, maxPackets: number): number {
    this.ended = 0;
    let at = 0;
    while (at < bytes.length && this.ended < maxPackets && this.tooBig === undefined && this.wrongType === undefined) {
      if (this.#toSkip > 0) {
        const skipped = Math.min(this.#toSkip, bytes.length - at);
        this.#toSkip -= skipped;
        at += skipped;
        if (this.#toSkip === 0) this.ended++;
      } else if (this.#lengthBytes < 0) {
        this.#lengthBytes = 0;
        this.#length = 0;
        const type = (bytes[at++] as number) >> 4;
        if (NOT_FROM_CLIENTS.has(type)) this.wrongType = type;
      } else {
        this.#readLengthByte(bytes[at++] as number);
      }
    }
    return at;
  }

  /** Seven bits a byte, least significant first, at most four bytes. */
  #readLengthByte(byte: number): void {
    this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes;
    this.#lengthBytes++;
    if (byte >= 0x80 && this.#lengthBytes < 4) return;
    this.#lengthBytes = -1;
    this.#toSkip = this.#length;
    if (this.#length > this.maxBytes) this.tooBig = this.#length;
    else if (this.#length === 0) this.ended++;
  }
}
