const BYTES_A_LINE = 8;

/** Bytes that are no text, given in base64, as engineers read them: `00 1f 7e …`, eight a line. */
export function bytesText(base64: string): string {
  const hex = Array.from(atob(base64), (character) => character.charCodeAt(0).toString(16).padStart(2, '0'));
  const lines: string[] = [];
  for (let at = 0; at < hex.length; at += BYTES_A_LINE) lines.push(hex.slice(at, at + BYTES_A_LINE).join(' '));
  return lines.join('\n');
}
