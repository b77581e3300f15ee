import type { HistorianCursor } from './historian.ts';

export const MAX_PAGE = 100_000;

/** The last observation of a page, by what observations are ordered by. */
export type PageEnd = readonly [order: number, received: number, position: number];

export function pageCursor(end: PageEnd): HistorianCursor {
  return end.join('_') as HistorianCursor;
}

/** @throws {RangeError} where it is not one that `pageCursor` made */
export function pageEnd(cursor: HistorianCursor): PageEnd {
  const parts = cursor.split('_').map((part) => (part === '' ? Number.NaN : Number(part)));
  const [order, received, position] = parts;
  const isOurs = parts.length === 3 && parts.every(Number.isFinite);
  if (!isOurs || order === undefined || received === undefined || position === undefined) {
    throw new RangeError(`observations: "${cursor.slice(0, 80)}" is not a cursor of ours; start again without one`);
  }
  return [order, received, position];
}

/** @throws {RangeError} where no page can have `limit` observations */
export function checkPageLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE) return;
  throw new RangeError(`observations: a page of ${limit} is not possible, use 1 to ${MAX_PAGE}`);
}
