import { expect, test } from 'vitest';
import { bytesText } from './bytes-text.ts';

test('bytes are shown as hexadecimal pairs, eight a line', () => {
  const bytes = Uint8Array.from([0, 1, 15, 16, 127, 128, 254, 255, 10]);
  expect(bytesText(Buffer.from(bytes).toString('base64'))).toBe('00 01 0f 10 7f 80 fe ff\n0a');
  expect(bytesText('')).toBe('');
});
