import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { LONGEST_LINE, lines } from './lines.ts';

async function told(...parts: (string | Buffer)[]): Promise<string[]> {
  const stream = new PassThrough();
  const all: string[] = [];
  lines(stream, (line) => all.push(line));
  for (const part of parts) stream.write(part);
  stream.end();
  await finished(stream);
  return all;
}

test('lines are told whole, however they are cut, the last one too', async () => {
  const text = Buffer.from('一屏\r\ntwo\n\nthree');
  expect(await told(...Array.from(text, (byte) => Buffer.from([byte])))).toEqual(['一屏', 'two', '', 'three']);
  expect(await told(text)).toEqual(['一屏', 'two', '', 'three']);
});

test('a line without an end fills no memory: it is told in parts', async () => {
  const all = await told(...Array.from({ length: 40 }, () => 'x'.repeat(10_000)));
  expect(all.join('')).toBe('x'.repeat(400_000));
  for (const line of all) expect(line.length).toBeLessThan(LONGEST_LINE + 10_000);
});

test('no stream has no lines', () => {
  expect(() => lines(null, () => {})).not.toThrow();
});
