/** A longer line is told in parts. */
export const LONGEST_LINE = 64 * 1024;

/** Tells each line of a stream of text, the last one too. */
export function lines(stream: NodeJS.ReadableStream | null, listener: (line: string) => void): void {
  if (stream === null) return;
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const parts = (rest + text).split(/\r?\n/);
    rest = parts.pop() ?? '';
    for (const line of parts) listener(line);
    if (rest.length < LONGEST_LINE) return;
    listener(rest);
    rest = '';
  });
  stream.on('end', () => {
    if (rest !== '') listener(rest);
  });
}
