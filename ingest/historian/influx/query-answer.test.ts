import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InfluxError } from './influx-error.ts';
import { rowsOf } from './observation-rows.ts';
import { type AnswerSeries, QueryRefusal, readAnswer } from './query-answer.ts';

async function* cut(text: string, at: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let from = 0; from < bytes.length; from += at) yield bytes.subarray(from, from + at);
}

async function read(text: string, at = 7, maxLine?: number): Promise<AnswerSeries[]> {
  const series: AnswerSeries[] = [];
  for await (const each of readAnswer(cut(text, at), maxLine)) series.push(each);
  return series;
}

/** The same, and the observations in it. */
async function readRows(text: string): Promise<unknown[]> {
  return (await read(text)).flatMap((series) => [...rowsOf(series)]);
}

const line = (series: unknown, rest: object = {}) =>
  `${JSON.stringify({ results: [{ statement_id: 0, series, ...rest }] })}\n`;

test('what the server sends is read the same wherever the network cuts it', async () => {
  const rows = fc.array(fc.tuple(fc.integer(), fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }))));
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'grapheme' }),
      rows,
      fc.integer({ min: 1, max: 40 }),
      async (name, values, at) => {
        const series = [{ name, tags: { thing: name }, columns: ['time', 'value'], values }];
        expect(await read(line(series) + line(series), at)).toEqual(JSON.parse(JSON.stringify([...series, ...series])));
      },
    ),
  );
});

describe('an answer that is none', () => {
  const whole = line([{ name: 'level', columns: ['time', 'value'], values: [[1, 2]] }]);

  test.each([
    ['nothing', ''],
    ['a page of a proxy', '<html>502 Bad Gateway</html>'],
    ['half a body', whole.slice(0, whole.length / 2)],
    ['a whole line of half a body', line([], { partial: true })],
    ['a list', '[]'],
    ['results that are none', '{"results":7}'],
    ['a series that is none', line([null])],
    ['a row too short', line([{ name: 'level', columns: ['time', 'value'], values: [[1]] }])],
    ['rows that are none', line([{ name: 'level', columns: ['time'], values: 'x' }])],
    ['a tag that is no text', line([{ name: 'level', tags: { thing: 1 }, columns: [], values: [] }])],
  ])('is refused as such: %s', async (_, text) => {
    const error = await read(text).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(InfluxError);
    expect((error as InfluxError).kind).toBe('bad-answer');
  });

  test('is refused before it fills the memory', async () => {
    await expect(read('x'.repeat(5_000), 100, 1_000)).rejects.toThrow('more than 1000 characters');
  });

  test('gives a known error or series, whatever the server sends', async () => {
    const json = fc.json().map((text) => text.replaceAll('\n', ' '));
    const nearly = fc
      .tuple(fc.integer({ min: 0, max: whole.length - 1 }), fc.string({ maxLength: 3 }))
      .map(([at, put]) => whole.slice(0, at) + put + whole.slice(at + 1));
    const series = fc.record(
      { name: fc.jsonValue(), tags: fc.jsonValue(), columns: fc.jsonValue(), values: fc.jsonValue() },
      { requiredKeys: [] },
    );
    const shaped = series.map((each) => line([each]));
    const columns = ['time', 'value', 'text', 'status', 'received', 'position', 'phenomenon', 'thing'];
    const cell = fc.oneof(fc.constant(null), fc.double(), fc.string(), fc.jsonValue());
    const values = fc.array(fc.array(cell, { minLength: columns.length, maxLength: columns.length }), { maxLength: 3 });
    const filled = values.map((rows) => line([{ name: 'level', columns, values: rows }]));
    const bytes = fc.string({ unit: 'binary' });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(json, nearly, shaped, filled, bytes), { maxLength: 3 }), async (lines) => {
        const error = await readRows(lines.join('\n')).then(
          () => undefined,
          (e: unknown) => e,
        );
        expect(error === undefined || error instanceof InfluxError || error instanceof QueryRefusal).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

test("the server's own error is told in its words", async () => {
  await expect(read('{"error":"timeout"}')).rejects.toThrow(new QueryRefusal('timeout'));
  await expect(read('{"results":[{"error":"database not found: twin"}]}')).rejects.toThrow('database not found: twin');
});
