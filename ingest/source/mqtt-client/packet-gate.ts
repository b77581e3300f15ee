/** A message that was left out because it was too large. */
export interface LargeMessage {
  readonly topic: string;
  readonly qos: 0 | 1 | 2;
  /** 0 at QoS 0. */
  readonly messageId: number;
  /** Length of the packet without its fixed header. */
  readonly bytes: number;
}

/** What comes out of the gate, in the order of the stream. */
export interface PacketGateEvents {
  /** Bytes of whole and part packets, none too large. */
  pass(bytes: Buffer): void;
  leftOut(message: LargeMessage): void;
}

const PUBLISH = 3;
/** Topic length, the longest topic, packet identifier (MQTT 3.1.1 §3.3.2): all that an answer needs. */
const MOST_HEAD_BYTES = 2 + 65_535 + 2;
const MOST_LENGTH_BYTES = 4;

/**
 * Follows the MQTT packets in a byte stream by their fixed headers (MQTT 3.1.1 §2.2), lets pass those up to a size, and
 * skips larger messages without keeping them. A broker of MQTT 3.1.1 sends a message again until it is acknowledged, so
 * closing the connection would stop everything behind one message that is too large.
 */
export class PacketGate {
  readonly #maxBytes: number;
  readonly #events: PacketGateEvents;
  /** The fixed header under way, as it came. */
  #header: number[] = [];
  /** Bytes of the current packet that are still to come, to be passed or left out. */
  #toPass = 0;
  #toSkip = 0;
  #head: Buffer[] = [];
  #headBytes = 0;
  #skipped = { flags: 0, bytes: 0 };

  constructor(maxBytes: number, events: PacketGateEvents) {
    this.#maxBytes = maxBytes;
    this.#events = events;
  }

  /** @throws {Error} where a packet is too large that is no message, or a message ends in its topic. */
  take(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      const rest = bytes.subarray(at);
      if (this.#toSkip > 0) at += this.#skip(rest);
      else if (this.#header.length > 0) at += this.#finishHeader(rest);
      else at += this.#passRun(rest);
    }
  }

  /** Passes in one piece all up to a header that is not whole or announces too much; the answer is how many bytes it took. */
  #passRun(bytes: Buffer): number {
    let at = 0;
    while (at < bytes.length) {
      const passed = Math.min(this.#toPass, bytes.length - at);
      this.#toPass -= passed;
      at += passed;
      if (at === bytes.length) break;
      const headerBytes = this.#readHeader(bytes, at);
      if (this.#header.length > 0 || this.#toSkip > 0) {
        this.#pass(bytes.subarray(0, at));
        return at + headerBytes;
      }
      at += headerBytes;
    }
    this.#pass(bytes);
    return at;
  }

  /** A header that began in bytes before these was held until it is known whether it may pass. */
  #finishHeader(bytes: Buffer): number {
    const before = Buffer.from(this.#header);
    const headerBytes = this.#readHeader(bytes, 0);
    if (this.#header.length === 0 && this.#toSkip === 0) {
      this.#pass(Buffer.concat([before, bytes.subarray(0, headerBytes)]));
    }
    return headerBytes;
  }

  /** Reads on in a fixed header, to its end where that has come; the answer is how many bytes it took. */
  #readHeader(bytes: Buffer, start: number): number {
    for (let at = start; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      this.#header.push(byte);
      const lengthBytes = this.#header.length - 1;
      if (lengthBytes > 0 && (byte < 0x80 || lengthBytes === MOST_LENGTH_BYTES)) {
        this.#begin();
        return at + 1 - start;
      }
    }
    return bytes.length - start;
  }

  #begin(): void {
    const [first = 0, ...lengthBytes] = this.#header;
    // Seven bits a byte, least significant first.
    const length = lengthBytes.reduce((sum, byte, at) => sum + (byte & 0x7f) * 128 ** at, 0);
    this.#header = [];
    if (length <= this.#maxBytes) {
      this.#toPass = length;
      return;
    }
    if (first >> 4 !== PUBLISH) {
      throw new Error(`a packet of ${length} bytes was announced that is no message; ${this.#maxBytes} are possible`);
    }
    this.#toSkip = length;
    this.#skipped = { flags: first, bytes: length };
  }

  #skip(bytes: Buffer): number {
    const count = Math.min(this.#toSkip, bytes.length);
    if (this.#headBytes < MOST_HEAD_BYTES) {
      // A copy, or the whole block of the socket would be kept.
      this.#head.push(Buffer.from(bytes.subarray(0, Math.min(count, MOST_HEAD_BYTES - this.#headBytes))));
      this.#headBytes += Math.min(count, MOST_HEAD_BYTES - this.#headBytes);
    }
    this.#toSkip -= count;
    if (this.#toSkip === 0) this.#tell();
    return count;
  }

  #tell(): void {
    const head = Buffer.concat(this.#head);
    this.#head = [];
    this.#headBytes = 0;
    const { flags, bytes } = this.#skipped;
    const qos = ((flags >> 1) & 3) as 0 | 1 | 2;
    const topicEnd = head.length < 2 ? 2 : 2 + head.readUInt16BE(0);
    if (topicEnd + 2 > head.length) throw new Error('a message ends in its topic');
    const messageId = qos === 0 ? 0 : head.readUInt16BE(topicEnd);
    this.#events.leftOut({ topic: head.toString('utf8', 2, topicEnd), qos, messageId, bytes });
  }

  #pass(bytes: Buffer): void {
    if (bytes.length > 0) this.#events.pass(bytes);
  }
}
