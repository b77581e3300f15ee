/**
 * Follows the MQTT packets in a byte stream by their fixed headers (MQTT 3.1.1 §2.2), to see a giant packet when its
 * length is announced and not when it has been buffered. Payload bytes are skipped, not looked at.
 */
export class PacketMeter {
  readonly #maxBytes: number;
  /** Bytes of the current packet that are still to come. */
  #toSkip = 0;
  /** Length bytes read of the current header; -1: its first byte is still to come. */
  #lengthBytes = -1;
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The announced length of the first packet that is too big, in bytes; undefined where all is well. */
  firstTooBig(bytes: Uint8Array): number | undefined {
    for (let at = 0; at < bytes.length; ) {
      if (this.#toSkip > 0) {
        const skipped = Math.min(this.#toSkip, bytes.length - at);
        this.#toSkip -= skipped;
        at += skipped;
      } else if (this.#lengthBytes < 0) {
        this.#lengthBytes = 0;
        this.#length = 0;
        at++;
      } else {
        this.#readLengthByte(bytes[at++] as number);
        if (this.#toSkip > this.#maxBytes) return this.#toSkip;
      }
    }
    return undefined;
  }

  /** Seven bits a byte, least significant first, at most four bytes. */
  #readLengthByte(byte: number): void {
    this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes;
    this.#lengthBytes++;
    if (byte < 0x80 || this.#lengthBytes === 4) {
      this.#toSkip = this.#length;
      this.#lengthBytes = -1;
    }
  }
}
