import { appendObservation, createBatch, type TextObservation } from '#devices/model/observation-batch.ts';
import type { CityState } from '../historian.ts';
import type { ReaderPool, TextRow } from './reader-pool.ts';

/** Of each lane; at 100 bytes each that is 20 MB. */
const MAX_ROWS = 200_000;

/** What was received within `windowMs` of the lane's newest, in order of arrival; of very many the newest. */
function lastSql(lane: string): string {
  return `SELECT datastream, phenomenon_time, received_time, result, status FROM (
      SELECT *, rowid AS arrival FROM ${lane}
      WHERE received_time >= (SELECT max(received_time) FROM ${lane}) - $1 ORDER BY rowid DESC LIMIT ${MAX_ROWS})
    ORDER BY arrival`;
}

/** Both lanes, each back from its own newest observation. */
export async function receivedLast(readers: ReaderPool, windowMs: number): Promise<CityState> {
  const rows = await readers.numbers(lastSql('observation'), [windowMs], 'udddu');
  const batch = createBatch(rows.count);
  for (let row = 0; row < rows.count; row++) {
    const [time, received, value] = [1, 2, 3].map((column) => rows.doubles(column)[row] as number);
    const index = rows.integers(0)[row] as number;
    appendObservation(
      batch,
      index,
      time as number,
      received as number,
      value as number,
      rows.integers(4)[row] as number,
    );
  }
  const texts = await readers.texts(lastSql('text_observation'), [windowMs]);
  return { batch, texts: texts.map(toText) };
}

function toText(row: TextRow): TextObservation {
  const [index, time, receivedTime, value, status] = row as [
    TextObservation['index'],
    number,
    number,
    string | null,
    number,
  ];
  return { index, time, receivedTime, value: value ?? undefined, status };
}
