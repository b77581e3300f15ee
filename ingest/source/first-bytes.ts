const FIRST_BYTES = 120;

/** The first bytes of a message as engineers see them: printable ASCII as it is, others as \xNN. */
export function firstBytes(payload: Uint8Array | undefined): string {
  if (payload === undefined) return '';
  let text = '';
  for (const byte of payload.subarray(0, FIRST_BYTES)) {
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return text;
}
