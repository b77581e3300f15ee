import { InfluxError } from './influx-error.ts';

/** One series of an answer, or a piece of it; `values` in the order of `columns`, checked to be rows of that length. */
export interface AnswerSeries {
  /** The measurement. */
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly unknown[])[];
}

/** The server understood the question and will not answer it: its words. */
export class QueryRefusal extends Error {
  override readonly name = 'QueryRefusal';
}

/**
 * A line of the answer, characters. We ask for 1,000 rows a line: texts of 8,192 characters, every one of them written
 * as `\u0001`, are 49 million.
 */
export const MAX_LINE = 64 * 1024 * 1024;

/**
 * Reads what `/query?chunked=true` answers: one JSON document a line. In memory is one line at a time.
 *
 * @throws {QueryRefusal} where the answer holds an error
 * @throws {InfluxError} `bad-answer` for whatever is not such an answer, one that breaks off included
 */
export async function* readAnswer(
  chunks: AsyncIterable<Uint8Array>,
  maxLine: number = MAX_LINE,
): AsyncGenerator<AnswerSeries> {
  let isPartial = false;
  let documents = 0;
  for await (const line of lines(chunks, maxLine)) {
    if (line.trim() === '') continue;
    documents++;
    const answer = parsed(line);
    isPartial = false;
    for (const result of results(answer)) {
      if (result.error !== undefined) throw new QueryRefusal(String(result.error).slice(0, 500));
      isPartial ||= result.partial === true;
      const series = result.series ?? [];
      if (!Array.isArray(series)) throw bad('"series" is not a list');
      for (const each of series) yield seriesOf(each);
    }
  }
  if (documents === 0) throw bad('it is empty');
  if (isPartial) throw bad('it says that more follows, and nothing does');
}

async function* lines(chunks: AsyncIterable<Uint8Array>, maxLine: number): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      pieces.push(text.slice(from, end));
      yield pieces.join('');
      pieces = [];
      length = 0;
      from = end + 1;
    }
    pieces.push(text.slice(from));
    length += text.length - from;
    if (length > maxLine) throw bad(`one line of it has more than ${maxLine} characters`);
  }
  yield pieces.join('') + decoder.decode();
}

function parsed(line: string): Record<string, unknown> {
  let answer: unknown;
  try {
    answer = JSON.parse(line);
  } catch {
    throw bad(`it is not JSON: ${JSON.stringify(line.slice(0, 80))}`);
  }
  if (!isObject(answer)) throw bad('it is not an object');
  if (answer.error !== undefined) throw new QueryRefusal(String(answer.error).slice(0, 500));
  return answer;
}

function results(answer: Record<string, unknown>): Record<string, unknown>[] {
  const { results } = answer;
  if (!Array.isArray(results) || !results.every(isObject)) throw bad('it has no list of results');
  return results;
}

function seriesOf(given: unknown): AnswerSeries {
  if (!isObject(given)) throw bad('a series is not an object');
  const { name, tags = {}, columns, values = [] } = given;
  if (typeof name !== 'string') throw bad('a series has no name');
  if (!isObject(tags) || !Object.values(tags).every((tag) => typeof tag === 'string'))
    throw bad('its tags are not texts');
  if (!Array.isArray(columns) || !columns.every((column) => typeof column === 'string')) throw bad('it has no columns');
  const isRow = (row: unknown) => Array.isArray(row) && row.length === columns.length;
  if (!Array.isArray(values) || !values.every(isRow)) throw bad('a row of it is not as long as its columns');
  return { name, tags: tags as Record<string, string>, columns, values };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bad(why: string): InfluxError {
  return new InfluxError('bad-answer', `InfluxDB's answer cannot be understood: ${why}; see what stands before it`);
}
