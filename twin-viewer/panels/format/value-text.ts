import type { DatastreamJson } from '#devices/wire/api.ts';
import type { Translate } from '../i18n/i18n.ts';
import { isCounted, unitText } from './unit-text.ts';

/** Between thousands; narrow, does not break the line. */
const THIN_SPACE = '\u202f';
const MINUS = '−';

/** What a number needs to be read: digits that stay as many while the value moves within its order of magnitude. */
export function numberText(value: number, isWhole = false): string {
  const size = Math.abs(value);
  const digits = isWhole || size >= 1000 ? 0 : size >= 10 ? 1 : 2;
  const text = size.toFixed(digits);
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
  const sign = value < 0 && Number(text) !== 0 ? MINUS : '';
  return fraction === undefined ? sign + grouped : `${sign}${grouped}.${fraction}`;
}

/** A whole count with groups of three. */
export function countText(count: number): string {
  return numberText(count, true);
}

/** The result of a datastream without its unit; undefined where there is none. */
export function resultText(
  value: number | string | undefined,
  stream: Pick<DatastreamJson, 'resultType' | 'unit'>,
  t: Translate,
): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  if (stream.resultType === 'boolean') return t(value === 0 ? 'value.false' : 'value.true');
  return numberText(value, isCounted(stream.unit));
}

/** A result with its unit on one line: `35.2 µg/m³`. */
export function measuredText(
  value: number | string | undefined,
  stream: Pick<DatastreamJson, 'resultType' | 'unit'>,
  t: Translate,
): string | undefined {
  const result = resultText(value, stream, t);
  const unit = unitText(stream.unit, t);
  if (result === undefined || unit === '' || stream.resultType === 'boolean') return result;
  return unit === '°' ? `${result}°` : `${result} ${unit}`;
}

/** A setpoint: as many digits as it was given with. */
export function limitText(value: number, unit: string): string {
  const text = String(value).replace('-', MINUS);
  return unit === '' ? text : unit === '°' ? `${text}°` : `${text} ${unit}`;
}
