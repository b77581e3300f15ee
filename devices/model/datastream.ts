import type { Limit } from './limits.ts';
import type { LocalizedText } from './localized-text.ts';

/** `{thing}/{property}`, the id that people and scripts use. */
export type DatastreamId = string & { readonly __brand: 'DatastreamId' };

/**
 * Dense uint32 from 0, assigned once by the catalog and kept for ever: the currency of every hot path.
 */
export type DatastreamIndex = number & { readonly __brand: 'DatastreamIndex' };

/**
 * What an observation's result is. `number` and `boolean` (0 or 1) travel in the typed arrays;
 * `category` and `text` are strings and travel in the text lane.
 */
export const RESULT_TYPES = ['number', 'boolean', 'category', 'text'] as const;
export type ResultType = (typeof RESULT_TYPES)[number];

/** What a Datastream is, apart from its identity. SensorThings 1.1 §8.2.4. */
export interface DatastreamSpec {
  /** ObservedProperty: the last level of the topic; no `/`, `+`, `#`, no leading `$`. */
  readonly property: string;
  readonly name?: LocalizedText;
  readonly resultType: ResultType;
  /** UCUM code (https://ucum.org), case sensitive: `ug/m3`, `Cel`, `kW`, `%`. */
  readonly unit?: string;
  /** The values the instrument can give, both inclusive, in `unit`. */
  readonly range?: readonly [low: number, high: number];
  /** Time between two observations that the device declares, ms. Staleness is judged by it. */
  readonly intervalMs?: number;
  /** From which values on the reading is abnormal. */
  readonly limits?: readonly Limit[];
}

/** One measured quantity of a Thing, as the catalog keeps it. */
export interface Datastream extends DatastreamSpec {
  readonly id: DatastreamId;
  readonly index: DatastreamIndex;
  /** Time between two observations, ms, learnt from them where nobody declares it. See ADR 8. */
  readonly learntIntervalMs?: number;
}

export function datastreamId(thing: string, property: string): DatastreamId {
  return `${thing}/${property}` as DatastreamId;
}
