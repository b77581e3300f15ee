import type { DatastreamIndex } from '#devices/model/datastream.ts';
import { appendObservation, type ObservationBatch, type TextObservation } from '#devices/model/observation-batch.ts';
import type { StoredObservation } from '../historian.ts';
import type { InfluxConnection } from './influx-connection.ts';
import { InfluxError } from './influx-error.ts';
import { MAX_MICROS } from './influx-time.ts';
import type { AnswerSeries } from './query-answer.ts';
import { quotedName, type SeriesNames } from './series-names.ts';

/** What queries need: the server, the names, and which observations are stored wholly. */
export interface HistoryView {
  readonly connection: InfluxConnection;
  readonly names: SeriesNames;
  /** See `HistoryCursor`. */
  readonly life: number;
  /** Stored positions from here on may be of a write that is under way, and half of it in sight. */
  readonly hiddenFrom: number;
}

/** InfluxQL that leaves out what is being written right now. Over 1 million points a count took 147 ms without it, 226 ms with it. */
export function inSight(view: HistoryView): string {
  return `"position" < ${view.hiddenFrom}`;
}

/** The fields of an observation, for a SELECT whose answer `rowsOf` reads. */
export const FIELDS = '"value","text","status","received","position","phenomenon"';

/** Measurements in one FROM: a query stays some thousand characters. */
const MEASUREMENTS = 50;

/** FROM clauses that together name all of `measurements`. */
export function fromClauses(measurements: readonly string[]): string[] {
  const clauses: string[] = [];
  for (let at = 0; at < measurements.length; at += MEASUREMENTS) {
    clauses.push(
      measurements
        .slice(at, at + MEASUREMENTS)
        .map(quotedName)
        .join(','),
    );
  }
  return clauses;
}

/** A point as it is stored. */
export interface ObservationRow {
  /** Epoch µs. */
  readonly orderMicros: number;
  readonly receivedTime: number;
  /** Life and position. */
  readonly storedPosition: number;
  readonly phenomenonTime: number;
  readonly value: number | undefined;
  readonly text: string | undefined;
  readonly status: number;
  readonly thing: string | undefined;
}

/** The order of history. */
export function byOrder(a: ObservationRow, b: ObservationRow): number {
  return a.orderMicros - b.orderMicros || a.receivedTime - b.receivedTime || a.storedPosition - b.storedPosition;
}

/**
 * The points of an answer to `SELECT FIELDS`, which may be grouped by `thing` or have it as a column. Points of others,
 * without a status or a received time, are passed over.
 *
 * @throws {InfluxError} `bad-answer` where a field is of another type than we write
 */
export function* rowsOf(series: AnswerSeries): Generator<ObservationRow> {
  const { columns, values, tags } = series;
  const at = (name: string) => columns.indexOf(name);
  const [time, value, text, status] = [at('time'), at('value'), at('text'), at('status')];
  const [received, position, phenomenon, thing] = [at('received'), at('position'), at('phenomenon'), at('thing')];
  for (const row of values) {
    const orderMicros = numberIn(row[time], series, 'time');
    const receivedTime = numberIn(row[received], series, 'received');
    const code = numberIn(row[status], series, 'status');
    const storedPosition = numberIn(row[position], series, 'position');
    if (orderMicros === undefined || receivedTime === undefined || code === undefined || storedPosition === undefined) {
      continue;
    }
    if (orderMicros > MAX_MICROS) throw new InfluxError('bad-answer', `InfluxDB gave ${orderMicros} as epoch µs`);
    yield {
      orderMicros,
      receivedTime,
      storedPosition,
      phenomenonTime: numberIn(row[phenomenon], series, 'phenomenon') ?? orderMicros / 1000,
      value: numberIn(row[value], series, 'value'),
      text: textIn(row[text], series, 'text'),
      status: code,
      thing: textIn(row[thing], series, 'thing') ?? tags.thing,
    };
  }
}

function numberIn(given: unknown, series: AnswerSeries, field: string): number | undefined {
  if (typeof given === 'number') return given;
  return absent(given, series, field);
}

function textIn(given: unknown, series: AnswerSeries, field: string): string | undefined {
  if (typeof given === 'string') return given;
  return absent(given, series, field);
}

function absent(given: unknown, { name }: AnswerSeries, field: string): undefined {
  if (given === null || given === undefined) return undefined;
  const where = `measurement ${JSON.stringify(name.slice(0, 100))}`;
  const message = `InfluxDB has a ${typeof given} as ${field} of ${where}, which is not ours; give us a bucket of our own`;
  throw new InfluxError('bad-answer', message);
}

export function observationOf(row: ObservationRow, index: number, view: HistoryView): StoredObservation {
  const isText = view.names.isText(index) === true;
  return {
    index,
    time: row.phenomenonTime,
    receivedTime: row.receivedTime,
    value: isText ? row.text : (row.value ?? Number.NaN),
    status: row.status,
    position: positionOf(row, view),
  };
}

/** The journal position; NaN where the observation came without one, or from a journal that is gone. */
function positionOf({ storedPosition }: ObservationRow, { life }: HistoryView): number {
  return storedPosition < life ? Number.NaN : storedPosition - life;
}

/** Adds the row to the lane of its datastream. */
export function addRow(
  state: { readonly batch: ObservationBatch; readonly texts: TextObservation[] },
  row: ObservationRow,
  index: number,
  view: HistoryView,
): void {
  const { phenomenonTime: time, receivedTime, status } = row;
  const position = positionOf(row, view);
  if (view.names.isText(index) === true) {
    state.texts.push({ index: index as DatastreamIndex, time, receivedTime, value: row.text, status, position });
  } else {
    appendObservation(state.batch, index, time, receivedTime, row.value ?? Number.NaN, status, position);
  }
}
