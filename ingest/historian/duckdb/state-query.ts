import type { CityState } from '../historian.ts';
import type { FirstSeen } from './first-seen.ts';
import { type Lane, NEWEST_SHAPE, NewestFold, newestSql } from './newest-query.ts';
import type { ReaderPool } from './reader-pool.ts';

/**
 * How far to look back in turn, ms; what is then still missing is looked for in all of history. The first finds all in a
 * city that speaks every few seconds, at a twelfth of the rows of the second, and costs little where it does not.
 */
const LOOKBACKS_MS = [5_000, 60_000, 600_000, 7_200_000, 86_400_000];
/** Up to so many missing datastreams are named in the query; for more it is cheaper to look at all. */
const MAX_NAMED = 500;

/**
 * The newest observation of every datastream at `at`: a short look back finds nearly all of them, and only for those it
 * missed does the window widen.
 */
export async function stateAt(readers: ReaderPool, firstSeen: FirstSeen, moment: number): Promise<CityState> {
  // After a long silence the look back begins where the data ends.
  const at = Math.min(moment, firstSeen.newest);
  const fold = new NewestFold();
  let missing = begunBy(firstSeen, at);
  let upper = at;
  for (const lookbackMs of [...LOOKBACKS_MS, Number.POSITIVE_INFINITY]) {
    if (missing.length === 0) break;
    const lower = Math.max(at - lookbackMs, earliest(firstSeen, missing) - 1);
    if (lower >= upper) continue;
    const texts = missing.filter((index) => firstSeen.isText(index));
    const numbers = missing.filter((index) => !firstSeen.isText(index));
    await addNewest(readers, fold, 'observation', numbers, lower, upper);
    await addNewest(readers, fold, 'text_observation', texts, lower, upper);
    missing = missing.filter((index) => !fold.has(index));
    upper = lower;
  }
  return { batch: fold.batch, texts: fold.texts };
}

function begunBy(firstSeen: FirstSeen, at: number): number[] {
  const begun: number[] = [];
  for (let index = 0; index < firstSeen.size; index++) if (firstSeen.order(index) <= at) begun.push(index);
  return begun;
}

function earliest(firstSeen: FirstSeen, indexes: readonly number[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const index of indexes) least = Math.min(least, firstSeen.order(index));
  return least;
}

async function addNewest(
  readers: ReaderPool,
  fold: NewestFold,
  lane: Lane,
  missing: readonly number[],
  lower: number,
  upper: number,
): Promise<void> {
  if (missing.length === 0) return;
  const sql = newestSql(lane, missing.length <= MAX_NAMED ? missing : undefined);
  if (lane === 'text_observation') {
    const wanted = new Set(missing);
    for (const row of await readers.texts(sql, [lower, upper])) {
      if (wanted.has(row[0] as number)) fold.addText(row, 0);
    }
    return;
  }
  const rows = await readers.numbers(sql, [lower, upper], NEWEST_SHAPE);
  const indexes = rows.integers(0);
  const isWanted = new Uint8Array((missing.at(-1) as number) + 1);
  // They ascend.
  for (const index of missing) isWanted[index] = 1;
  for (let row = 0; row < rows.count; row++) {
    if (isWanted[indexes[row] as number] === 1) fold.addNumber(rows, row);
  }
}
