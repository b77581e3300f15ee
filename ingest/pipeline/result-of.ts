import type { Datastream } from '#devices/model/datastream.ts';
import { isBad } from '#devices/model/status-code.ts';
import type { Reading } from '../source/source.ts';

/** A text result longer than this is refused, characters. */
export const MAX_TEXT_LENGTH = 8_192;

/** Why a reading cannot be stored. */
export interface Refusal {
  readonly kind: 'type-mismatch' | 'not-a-number' | 'no-result' | 'text-too-long';
  readonly reason: string;
}

/** Whether results of the datastream travel in the text lane. */
export function isTextual(stream: Datastream): boolean {
  return stream.resultType === 'category' || stream.resultType === 'text';
}

/** The numeric result: booleans 0 and 1, NaN for Bad, which has no result (OPC 10000-4 §7.11). */
export function numericResult(stream: Datastream, reading: Reading): number | Refusal {
  const { value } = reading;
  if (isBad(reading.status)) return Number.NaN;
  if (value === undefined) return noResult(stream);
  if (stream.resultType === 'boolean') {
    if (typeof value === 'boolean') return value ? 1 : 0;
    return value === 0 || value === 1 ? value : mismatch(stream, value, 'true, false, 1 or 0');
  }
  if (typeof value !== 'number') return mismatch(stream, value, 'a bare number');
  if (Number.isFinite(value)) return value;
  return {
    kind: 'not-a-number',
    reason: `${stream.id}: ${value} is not a number; send status Bad without a value where there is no reading`,
  };
}

/** The textual result; undefined for Bad. */
export function textResult(stream: Datastream, reading: Reading): string | undefined | Refusal {
  const { value } = reading;
  if (isBad(reading.status)) return undefined;
  if (value === undefined) return noResult(stream);
  if (typeof value !== 'string') return mismatch(stream, value, 'a JSON string');
  if (value.length <= MAX_TEXT_LENGTH) return value;
  return {
    kind: 'text-too-long',
    reason: `${stream.id}: a text of ${value.length} characters is longer than ${MAX_TEXT_LENGTH}; send less`,
  };
}

function noResult(stream: Datastream): Refusal {
  return {
    kind: 'no-result',
    reason: `${stream.id}: no value, and the status is not Bad; send a value, or status Bad`,
  };
}

function mismatch(stream: Datastream, value: unknown, wanted: string): Refusal {
  const given = JSON.stringify(value).slice(0, 60);
  const hint =
    typeof value === 'string' ? ', or declare the property as text or category in $meta before its first reading' : '';
  return {
    kind: 'type-mismatch',
    reason: `${stream.id} is a ${stream.resultType} and ${given} is a ${typeof value}; send ${wanted}${hint}`,
  };
}
