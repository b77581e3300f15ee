import type { AreaId } from '../model/area.ts';
import { type DatastreamSpec, RESULT_TYPES, type ResultType } from '../model/datastream.ts';
import type { Limit } from '../model/limits.ts';
import type { LocalizedText } from '../model/localized-text.ts';
import { isLocation, type Location } from '../model/location.ts';
import { PRIORITIES, type Priority } from '../model/priority.ts';
import { isTopicLevel, type ThingId, type ThingSpec } from '../model/thing.ts';
import type { Decoded, DecodeIssue } from './decoded.ts';
import { shown } from './shown.ts';

/** Datastreams that one Thing can register. */
export const MAX_META_PROPERTIES = 1_000;
const MAX_TEXT = 256;
const MAX_LIMITS = 16;

type Json = Readonly<Record<string, unknown>>;

/**
 * `twin/{thing}/$meta`:
 *
 *   { "name": "…" or {"zh","en","local"}, "type": "…", "location": [lon, lat, height?], "area": "…", "building": "…",
 *     "simulated": true,
 *     "properties": { PROPERTY: { "name", "type" or "resultType": number|boolean|category|text (default number),
 *                                 "unit": UCUM, "range": [low, high], "interval": seconds,
 *                                 "limits": [{"side": "above"|"below", "value", "priority"}] } } }
 *
 * Everything is optional. A field that cannot be used is an issue and left out; the rest registers the Thing.
 */
export function decodeMeta(thing: string, json: unknown): Decoded {
  const issues: DecodeIssue[] = [];
  const where = `twin/${thing}/$meta`;
  if (!isObject(json)) {
    issues.push({ kind: 'bad-meta', reason: `${where}: not a JSON object; send {"name": …, "properties": {…}}` });
    return { readings: [], issues };
  }
  const field = fieldReader(json, where, issues);
  const registration: ThingSpec = {
    id: thing as ThingId,
    ...optional('name', field('name', localizedText, 'a string or {"zh", "en", "local"}')),
    ...optional('type', field('type', shortText, `a string of 1 to ${MAX_TEXT} characters`)),
    ...optional('location', field('location', location, '[lon, lat] or [lon, lat, height] in degrees and metres')),
    ...optional('area', field('area', shortText, `a string of 1 to ${MAX_TEXT} characters`) as AreaId | undefined),
    ...optional('building', field('building', shortText, `a string of 1 to ${MAX_TEXT} characters`)),
    ...optional('simulated', field('simulated', boolean, 'true or false')),
    datastreams: datastreams(json, where, issues),
  };
  return { readings: [], registration, issues };
}

function datastreams(json: Json, where: string, issues: DecodeIssue[]): DatastreamSpec[] {
  const properties = Object.hasOwn(json, 'properties') ? json.properties : {};
  const entries = isObject(properties) ? Object.entries(properties) : undefined;
  if (entries === undefined || entries.length > MAX_META_PROPERTIES) {
    const what = `an object of at most ${MAX_META_PROPERTIES} properties: {"PROPERTY": {"unit": …}}`;
    issues.push(bad(`${where}: properties`, properties, what));
    return [];
  }
  const specs: DatastreamSpec[] = [];
  for (const [property, given] of entries) {
    if (isTopicLevel(property) && isObject(given)) specs.push(datastream(property, given, where, issues));
    else
      issues.push(
        bad(`${where}: properties.${property.slice(0, 60)}`, given, 'a topic level with an object: {"unit": …}'),
      );
  }
  return specs;
}

function datastream(property: string, given: Json, where: string, issues: DecodeIssue[]): DatastreamSpec {
  const field = fieldReader(given, `${where}: properties.${property}`, issues);
  const types = RESULT_TYPES.join(', ');
  const seconds = field('interval', positive, 'a number of seconds greater than 0');
  return {
    property,
    resultType: field('resultType', resultType, types) ?? field('type', resultType, types) ?? 'number',
    ...optional('name', field('name', localizedText, 'a string or {"zh", "en", "local"}')),
    ...optional('unit', field('unit', unit, 'a UCUM code')),
    ...optional('range', field('range', range, '[low, high] with low below high')),
    ...optional('intervalMs', seconds === undefined ? undefined : seconds * 1000),
    ...optional(
      'limits',
      field(
        'limits',
        limits,
        '[{"side": "above" or "below", "value": number, "priority": low, medium, high or urgent}]',
      ),
    ),
  };
}

/** Reads one field; undefined where it is absent, or wrong, which is an issue. */
function fieldReader(json: Json, where: string, issues: DecodeIssue[]) {
  return <T>(key: string, read: (given: unknown) => T | undefined, wanted: string): T | undefined => {
    if (!Object.hasOwn(json, key) || json[key] === null) return undefined;
    const value = read(json[key]);
    if (value === undefined) issues.push(bad(`${where}: ${key}`, json[key], wanted));
    return value;
  };
}

function bad(where: string, given: unknown, wanted: string): DecodeIssue {
  return { kind: 'bad-meta', reason: `${where} is ${shown(given)}, which is left out; send ${wanted}` };
}

function optional<K extends string, T>(key: K, value: T | undefined): { [P in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: T });
}

function shortText(given: unknown): string | undefined {
  return typeof given === 'string' && given.length > 0 && given.length <= MAX_TEXT ? given : undefined;
}

function unit(given: unknown): string | undefined {
  return typeof given === 'string' && given.length <= 64 ? given : undefined;
}

function boolean(given: unknown): boolean | undefined {
  return typeof given === 'boolean' ? given : undefined;
}

function positive(given: unknown): number | undefined {
  return typeof given === 'number' && Number.isFinite(given) && given > 0 ? given : undefined;
}

function localizedText(given: unknown): LocalizedText | undefined {
  if (typeof given === 'string') {
    const local = shortText(given);
    return local === undefined ? undefined : { local };
  }
  if (!isObject(given)) return undefined;
  const text: { zh?: string; en?: string; local?: string } = {};
  for (const language of ['zh', 'en', 'local'] as const) {
    const name = Object.hasOwn(given, language) ? shortText(given[language]) : undefined;
    if (name !== undefined) text[language] = name;
  }
  return Object.keys(text).length === 0 ? undefined : text;
}

function location(given: unknown): Location | undefined {
  if (!Array.isArray(given) || given.length < 2 || given.length > 3) return undefined;
  if (!given.every((part) => typeof part === 'number')) return undefined;
  const [lon, lat, height] = given as [number, number, number?];
  if (!isLocation(lon, lat, height)) return undefined;
  return height === undefined ? { lon, lat } : { lon, lat, height };
}

function resultType(given: unknown): ResultType | undefined {
  return RESULT_TYPES.find((type) => type === given);
}

function range(given: unknown): readonly [number, number] | undefined {
  if (!Array.isArray(given) || given.length !== 2) return undefined;
  const [low, high] = given as [unknown, unknown];
  return isFiniteNumber(low) && isFiniteNumber(high) && low < high ? [low, high] : undefined;
}

function limits(given: unknown): readonly Limit[] | undefined {
  if (!Array.isArray(given) || given.length > MAX_LIMITS) return undefined;
  const read: Limit[] = [];
  for (const entry of given as unknown[]) {
    if (!isObject(entry)) return undefined;
    const { side, value, priority } = entry;
    if ((side !== 'above' && side !== 'below') || !isFiniteNumber(value) || !isPriority(priority)) return undefined;
    read.push({ side, value, priority });
  }
  return read;
}

function isPriority(given: unknown): given is Priority {
  return PRIORITIES.some((priority) => priority === given);
}

function isFiniteNumber(given: unknown): given is number {
  return typeof given === 'number' && Number.isFinite(given);
}

function isObject(json: unknown): json is Json {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
