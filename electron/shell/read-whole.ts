/**
 * All bytes of a stream, which is given up as soon as it brings more than `maxBytes`.
 *
 * @throws {Error} where it brings more, or breaks off
 */
export async function readWhole(stream: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const reader = stream?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (next === undefined || next.done) return Buffer.concat(parts);
    bytes += next.value.length;
    if (bytes > maxBytes) {
      // What becomes of the rest is of no interest.
      reader?.cancel().catch(() => {});
      throw new Error(`the answer is larger than ${maxBytes} bytes`);
    }
    parts.push(next.value);
  }
}
