import type { LatestTable } from '../live/latest-table.ts';
import { RecordBuffer } from './record-buffer.ts';

/** Rows of one record, so that none grows large. */
const ROWS_PER_RECORD = 10_000;

/**
 * The newest value of every datastream as records: what each segment begins with, so that a start reads the newest
 * segment and needs neither older ones nor the historian.
 *
 * @param position Everything below it is in the table. @param time Epoch ms.
 */
export function snapshotRecords(latest: LatestTable, position: number, time: number): Buffer {
  const records = new RecordBuffer();
  let rows = 0;
  const begin = () => records.begin('snapshot', 'mqtt', time, position);
  begin();
  const countRow = () => {
    if (++rows % ROWS_PER_RECORD !== 0) return;
    records.finish('', '');
    begin();
  };
  const { batch, texts } = latest.state();
  for (let i = 0; i < batch.count; i++) {
    const [index, status, time, value, received] = [
      batch.index,
      batch.status,
      batch.time,
      batch.value,
      batch.receivedTime,
    ].map((column) => column[i] as number) as [number, number, number, number, number];
    records.number(index, status, position, time, value, received);
    countRow();
  }
  for (const text of texts) {
    records.text(text, position);
    countRow();
  }
  records.finish('', '');
  return records.bytes;
}
