import type { TimeRange } from '#devices/time/time-range.ts';
import type { HistorianCursor, ObservationPage, StoredObservation } from '../historian.ts';
import { checkPageLimit, type PageEnd, pageCursor, pageEnd } from '../page-cursor.ts';
import { microsSql } from './micros.ts';
import type { ReaderPool } from './reader-pool.ts';

const COLUMNS = `order_us / 1000, received_us / 1000, position::DOUBLE, coalesce(phenomenon_us, order_us) / 1000,
  result, status`;
const FROM = microsSql('$2');
const RECEIVED = microsSql('$4');
const SHAPE = 'dddddu';

/**
 * One page of everything stored of a datastream, by order time, received time, position.
 *
 * @throws {RangeError} where `limit` is not 1–100,000, or the cursor is not one that a page gave.
 */
export async function observationsPage(
  readers: ReaderPool,
  index: number,
  isText: boolean,
  range: TimeRange,
  limit: number,
  cursor: HistorianCursor | undefined,
): Promise<ObservationPage> {
  checkPageLimit(limit);
  const after = cursor === undefined ? undefined : pageEnd(cursor);
  const lane = isText ? 'text_observation' : 'observation';
  const [order, received, position] = after ?? [range.from, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const sql = `SELECT ${COLUMNS} FROM ${lane}
    WHERE datastream = $1::UINTEGER AND order_us >= ${FROM} AND order_us < ${microsSql('$3')}
      AND (order_us > ${FROM} OR received_us > ${RECEIVED} OR (received_us = ${RECEIVED} AND position > $5))
    ORDER BY order_us, received_us, position LIMIT ${limit + 1}`;
  const parameters = [index, Math.max(order, range.from), range.to, received, position];
  const rows = isText ? await textRows(readers, sql, parameters) : await numericRows(readers, sql, parameters);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const observations = page.map(({ observation }) => ({ ...observation, index }));
  if (rows.length <= limit || last === undefined) return { observations };
  return { observations, next: pageCursor(last.end) };
}

interface Row {
  readonly end: PageEnd;
  readonly observation: Omit<StoredObservation, 'index'>;
}

async function numericRows(readers: ReaderPool, sql: string, parameters: readonly number[]): Promise<Row[]> {
  const rows = await readers.numbers(sql, parameters, SHAPE);
  const at = (column: number, row: number): number => rows.doubles(column)[row] as number;
  return Array.from({ length: rows.count }, (_, row) => ({
    end: [at(0, row), at(1, row), at(2, row)],
    observation: {
      time: at(3, row),
      receivedTime: at(1, row),
      value: at(4, row),
      status: rows.integers(5)[row] as number,
      position: at(2, row),
    },
  }));
}

async function textRows(readers: ReaderPool, sql: string, parameters: readonly number[]): Promise<Row[]> {
  const rows = await readers.texts(sql, parameters);
  return rows.map((row) => {
    const [order, receivedTime, position, time, value, status] = row as [
      number,
      number,
      number,
      number,
      string | null,
      number,
    ];
    return {
      end: [order, receivedTime, position],
      observation: { time, receivedTime, value: value ?? undefined, status, position },
    };
  });
}
