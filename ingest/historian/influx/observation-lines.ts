import { escape as escaping } from '@influxdata/influxdb-client';
import { orderTime } from '#devices/model/order-time.ts';
import type { HistorianWrite } from '../historian.ts';
import { micros, timestamp } from './influx-time.ts';
import type { SeriesNames } from './series-names.ts';

/** One observation as line protocol. */
export interface ObservationLine {
  readonly text: string;
  readonly index: number;
  readonly orderMicros: number;
  /** Whether it has a number, a text or no result: InfluxDB refuses fields by their type. */
  readonly lane: 'value' | 'text' | 'none';
}

/**
 * The observations of a write, as they stand in InfluxDB:
 *
 * - time: order time in µs and three digits of the position, see `timestamp`
 * - `value` (float) or `text` (string); neither where there is no result
 * - `status` (integer), the OPC UA code
 * - `received` (float), epoch ms: a double is exact, and Grafana's date units are ms
 * - `position` (integer), `life` and the journal position, see `HistoryCursor`
 * - `phenomenon` (float), epoch ms: only where the point's own time does not give it back exactly, because the source's
 *   clock is ahead or its time finer than a microsecond
 *
 * `strays` gets those that nobody knows or that are no number InfluxDB can hold.
 */
export function observationLines(
  { batch, texts }: HistorianWrite,
  names: SeriesNames,
  life: number,
  strays: (index: number, time: number, reason: string) => void,
): ObservationLine[] {
  const lines: ObservationLine[] = [];
  const add = (index: number, time: number, receivedTime: number, fields: Fields) => {
    const prefix = names.prefix(index);
    if (prefix === undefined) return strays(index, time, `no datastream has index ${index}`);
    const { value, text, status, position } = fields;
    if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
      return strays(index, time, `InfluxDB cannot hold ${value}`);
    }
    const hasValue = value !== undefined && !Number.isNaN(value);
    const result = hasValue ? `value=${float(value)},` : text === undefined ? '' : `text=${escaping.quoted(text)},`;
    const orderMicros = micros(orderTime(time, receivedTime));
    const phenomenon = orderMicros / 1000 === time ? '' : `,phenomenon=${float(time)}`;
    const place = Number.isNaN(position) ? -1 : position;
    const rest = `status=${status}i,received=${float(receivedTime)},position=${life + place}i${phenomenon}`;
    const at = timestamp(orderMicros, Math.max(0, place));
    const lane = hasValue ? 'value' : text === undefined ? 'none' : 'text';
    lines.push({ text: `${prefix}${result}${rest} ${at}`, index, orderMicros, lane });
  };
  for (let i = 0; i < batch.count; i++) {
    const fields = {
      value: batch.value[i] as number,
      status: batch.status[i] as number,
      position: batch.position[i] as number,
    };
    add(batch.index[i] as number, batch.time[i] as number, batch.receivedTime[i] as number, fields);
  }
  for (const { index, time, receivedTime, value, status, position = Number.NaN } of texts) {
    add(index, time, receivedTime, { ...(value !== undefined && { text: value }), status, position });
  }
  return lines;
}

interface Fields {
  readonly value?: number;
  readonly text?: string;
  readonly status: number;
  readonly position: number;
}

/** The shortest text that gives the number back exactly; String(-0) is 0. */
function float(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
