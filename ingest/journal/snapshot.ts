import type { LatestTable } from '../live/latest-table.ts';
import { RecordBuffer } from './record-buffer.ts';

/** Rows of one record, and characters of its texts, so that none grows larger than a reader takes (`MAX_BODY_BYTES`). */
const ROWS_PER_RECORD = 10_000;
const CHARACTERS_PER_RECORD = 1_000_000;

/**
 * The newest value of every datastream as records: what each segment begins with, so that a start reads the newest
 * segment and needs neither older ones nor the historian.
 *
 * @param position Everything below it is in the table. @param time Epoch ms.
 */
export function snapshotRecords(latest: LatestTable, position: number, time: number): Buffer {
  const records = new RecordBuffer();
  let rows = 0;
  let textCharacters = 0;
  const begin = () => records.begin('snapshot', 'mqtt', time, position);
  begin();
  const countRow = () => {
    if (++rows < ROWS_PER_RECORD && textCharacters < CHARACTERS_PER_RECORD) return;
    records.finish('', '');
    rows = 0;
    textCharacters = 0;
    begin();
  };
  const { batch, texts } = latest.state();
  const { index, status, time: times, value, receivedTime, position: positions } = batch;
  for (let i = 0; i < batch.count; i++) {
    records.number(
      index[i] as number,
      status[i] as number,
      Number.isNaN(positions[i]) ? position : (positions[i] as number),
      times[i] as number,
      value[i] as number,
      receivedTime[i] as number,
    );
    countRow();
  }
  for (const text of texts) {
    records.text(text, text.position ?? position);
    textCharacters += text.value?.length ?? 0;
    countRow();
  }
  records.finish('', '');
  return records.bytes;
}
