import { createBatch } from '#devices/model/observation-batch.ts';
import { checkedBytes, type RowTarget, readRows } from '../read-record.ts';

/** One observation of a journal, for the eye. */
export interface JournalRow {
  readonly index: number;
  readonly time: number;
  readonly receivedTime: number;
  readonly value: number | string | undefined;
  readonly status: number;
  readonly position: number;
}

export function emptyRows(): RowTarget {
  return { batch: createBatch(0), texts: [] };
}

/** All rows by position. */
export function plainRows({ batch, texts }: RowTarget): JournalRow[] {
  const numbers = Array.from({ length: batch.count }, (_, i) => ({
    index: batch.index[i] as number,
    time: batch.time[i] as number,
    receivedTime: batch.receivedTime[i] as number,
    value: batch.value[i] as number,
    status: batch.status[i] as number,
    position: batch.position[i] as number,
  }));
  const strings = texts.map((text) => ({ ...text, index: text.index as number, position: text.position as number }));
  return [...numbers, ...strings].sort((a, b) => a.position - b.position);
}

/** The rows of records that stand one after another. @throws where one of them is damaged */
export function rowsIn(bytes: Buffer): JournalRow[] {
  const rows = emptyRows();
  for (let at = 0; at < bytes.length; ) {
    const length = checkedBytes(bytes, at);
    if (length === undefined) throw new Error(`the record at ${at} is damaged`);
    readRows(bytes, at, 0, Number.POSITIVE_INFINITY, rows);
    at += length;
  }
  return plainRows(rows);
}
