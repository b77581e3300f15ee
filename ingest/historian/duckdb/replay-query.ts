import { appendObservation, createBatch, type ObservationBatch } from '#devices/model/observation-batch.ts';
import type { TimeRange } from '#devices/time/time-range.ts';
import type { CityState } from '../historian.ts';
import { NEWEST_STEP_SHAPE, NewestFold, newestPerStepSql } from './newest-query.ts';
import type { NumericRows } from './numeric-rows.ts';
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
    const { steps: found, rows } = await readChunk(readers, from, to, stepMs);
    const inOrder = [...found].sort(([a], [b]) => a - b);
    for (const [inChunk, { batch, texts }] of inOrder) {
      const stepEnd = Math.min(range.to, range.from + (step + inChunk + 1) * stepMs);
      yield { batch, texts: texts.texts, stepEnd };
    }
    step += steps;
    chunkSteps = Math.max(1, Math.round(chunkSteps * Math.min(4, TARGET_ROWS / Math.max(1, rows))));
  }
}

interface Step {
  readonly batch: ObservationBatch;
  readonly texts: NewestFold;
}

async function readChunk(
  readers: ReaderPool,
  from: number,
  to: number,
  stepMs: number,
): Promise<{ steps: Map<number, Step>; rows: number }> {
  const steps = new Map<number, Step>();
  const stepOf = (number: number): Step => {
    const known = steps.get(number);
    if (known !== undefined) return known;
    const step = { batch: createBatch(0), texts: new NewestFold() };
    steps.set(number, step);
    return step;
  };
  const numbers = await readers.numbers(newestPerStepSql('observation'), [from, to, stepMs], NEWEST_STEP_SHAPE);
  addNumbers(numbers, stepOf);
  const texts = await readers.texts(newestPerStepSql('text_observation'), [from, to, stepMs]);
  for (const row of texts) stepOf(row[0] as number).texts.addText(row, 1);
  return { steps, rows: numbers.count + texts.length };
}

/**
 * Rows come by step, then datastream, then received time and position: of several of one datastream the last is the newest.
 * One pass without a look-up: 0.17 s for 1.2 million rows, against 0.29 s with a map per step.
 */
function addNumbers(rows: NumericRows, stepOf: (number: number) => Step): void {
  const steps = rows.integers(0);
  const indexes = rows.integers(1);
  const received = rows.doubles(2);
  const positions = rows.doubles(3);
  const times = rows.doubles(4);
  const values = rows.doubles(5);
  const statuses = rows.integers(6);
  let step: Step | undefined;
  for (let row = 0; row < rows.count; row++) {
    const index = indexes[row] as number;
    const isNewStep = row === 0 || steps[row] !== steps[row - 1];
    if (isNewStep) step = stepOf(steps[row] as number);
    const { batch } = step as Step;
    if (!isNewStep && index === indexes[row - 1]) batch.count--;
    appendObservation(
      batch,
      index,
      times[row] as number,
      received[row] as number,
      values[row] as number,
      statuses[row] as number,
      positions[row] as number,
    );
  }
}
