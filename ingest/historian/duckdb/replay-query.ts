import type { TimeRange } from '#devices/time/time-range.ts';
import type { CityState } from '../historian.ts';
import { NEWEST_STEP_SHAPE, NewestFold, newestPerStepSql } from './newest-query.ts';
import type { ReaderPool } from './reader-pool.ts';

/** How much is read at once: so many rows, more or less; at 48 bytes each that is 5 MB. */
const TARGET_ROWS = 100_000;
const FIRST_CHUNK_MS = 10_000;

/**
 * The steps of `range` that have observations, oldest first, each conflated by DuckDB. Reads ahead one chunk of steps at
 * a time, its length following the density of the data, so memory stays flat however long the range is.
 */
export async function* replay(
  readers: ReaderPool,
  range: TimeRange,
  stepMs: number,
): AsyncGenerator<CityState & { readonly stepEnd: number }> {
  if (!(stepMs > 0)) throw new RangeError(`replay: a step of ${stepMs} ms is not a length of time`);
  const stepCount = Math.ceil((range.to - range.from) / stepMs);
  let chunkSteps = Math.max(1, Math.round(FIRST_CHUNK_MS / stepMs));
  for (let step = 0; step < stepCount; ) {
    const steps = Math.min(chunkSteps, stepCount - step);
    const from = range.from + step * stepMs;
    const to = step + steps === stepCount ? range.to : range.from + (step + steps) * stepMs;
    const { folds, rows } = await readChunk(readers, from, to, stepMs);
    const inOrder = [...folds.keys()].sort((a, b) => a - b);
    for (const inChunk of inOrder) {
      const fold = folds.get(inChunk) as NewestFold;
      const stepEnd = Math.min(range.to, range.from + (step + inChunk + 1) * stepMs);
      yield { batch: fold.batch, texts: fold.texts, stepEnd };
    }
    step += steps;
    chunkSteps = Math.max(1, Math.round(chunkSteps * Math.min(4, TARGET_ROWS / Math.max(1, rows))));
  }
}

async function readChunk(
  readers: ReaderPool,
  from: number,
  to: number,
  stepMs: number,
): Promise<{ folds: Map<number, NewestFold>; rows: number }> {
  const folds = new Map<number, NewestFold>();
  const foldOf = (step: number): NewestFold => {
    const known = folds.get(step);
    if (known !== undefined) return known;
    const fold = new NewestFold();
    folds.set(step, fold);
    return fold;
  };
  const numbers = await readers.numbers(newestPerStepSql('observation'), [from, to, stepMs], NEWEST_STEP_SHAPE);
  const steps = numbers.integers(0);
  for (let row = 0; row < numbers.count; row++) foldOf(steps[row] as number).addNumber(numbers, row, 1);
  const texts = await readers.texts(newestPerStepSql('text_observation'), [from, to, stepMs]);
  for (const row of texts) foldOf(row[0] as number).addText(row, 1);
  return { folds, rows: numbers.count + texts.length };
}
