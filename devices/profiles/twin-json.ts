import { isBad, parseStatus, STATUS_CODES } from '../model/status-code.ts';
import { isTopicLevel } from '../model/thing.ts';
import { parseInstant } from '../time/instant.ts';
import type { Decoded, DecodedReading, DecodeIssue, DecodeIssueKind } from './decoded.ts';
import { shown } from './shown.ts';
import { decodeMeta } from './twin-meta.ts';

/** A payload longer than this is refused before it is looked at, bytes. */
export const MAX_PAYLOAD_BYTES = 262_144;
/** Properties in one message. */
export const MAX_PROPERTIES = 1_000;

/** The first level of every topic of this profile. */
export const TWIN_ROOT = 'twin';

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The default MQTT mapping:
 *
 *   twin/{thing}/{property}  a bare number, `true`, `false`, a JSON string, or {"value", "time"?, "status"?}
 *   twin/{thing}             one JSON object of several properties, each a bare value or such an object, and an
 *                            optional `time` for all of them
 *   twin/{thing}/$meta       what the Thing is, see `twin-meta.ts`; empty: the retained message was taken away
 *
 * `time` is RFC 3339 with a zone, or epoch ms. `status` is an OPC UA name, good/uncertain/bad, or its number. Never throws:
 * what cannot be used becomes an issue, what can is still taken.
 */
export function decodeTwinJson(topic: string, payload: Uint8Array): Decoded {
  const [root, thing, property, more] = topic.split('/', 4);
  if (root !== TWIN_ROOT || thing === undefined || more !== undefined || !isTopicLevel(thing)) {
    return refused('unknown-topic', `topic ${shown(topic)} is not twin/THING, twin/THING/PROPERTY or twin/THING/$meta`);
  }
  const isMeta = property === '$meta';
  if (property !== undefined && !isMeta && !isTopicLevel(property)) {
    return refused('unknown-topic', `topic ${shown(topic)} ends in no usable property name; use twin/THING/PROPERTY`);
  }
  if (isMeta && payload.length === 0) return { readings: [], issues: [] };
  const parsed = parsePayload(topic, payload);
  if ('issue' in parsed) return { readings: [], issues: [parsed.issue] };
  if (isMeta) return decodeMeta(thing, parsed.json);
  return property === undefined ? decodeObject(thing, parsed.json) : decodeSingle(thing, property, parsed.json);
}

function decodeSingle(thing: string, property: string, json: unknown): Decoded {
  const read = readValue(thing, property, json, undefined);
  return 'kind' in read ? { readings: [], issues: [read] } : { readings: [read], issues: [] };
}

function decodeObject(thing: string, json: unknown): Decoded {
  if (!isObject(json)) {
    return refused(
      'bad-value',
      `twin/${thing}: ${shown(json)} is not a JSON object of properties; send {"PROPERTY": value}, or to twin/${thing}/PROPERTY`,
    );
  }
  const entries = Object.entries(json).filter(([key]) => key !== 'time');
  if (entries.length > MAX_PROPERTIES) {
    return refused(
      'too-large',
      `twin/${thing}: ${entries.length} properties in one message, ${MAX_PROPERTIES} are possible`,
    );
  }
  const time = Object.hasOwn(json, 'time') ? parseInstant(json.time) : undefined;
  if (time === undefined && Object.hasOwn(json, 'time'))
    return { readings: [], issues: [badTime(`twin/${thing}`, json.time)] };
  const readings: DecodedReading[] = [];
  const issues: DecodeIssue[] = [];
  for (const [property, value] of entries) {
    const read = isTopicLevel(property) ? readValue(thing, property, value, time) : badName(thing, property);
    if ('kind' in read) issues.push(read);
    else readings.push(read);
  }
  return { readings, issues };
}

/** A bare value, or an object of value, time and status; `time` is that of the whole message. */
function readValue(
  thing: string,
  property: string,
  json: unknown,
  time: number | undefined,
): DecodedReading | DecodeIssue {
  const where = `twin/${thing}/${property}`;
  if (!isObject(json)) return readBare(where, { thing, property, time, status: STATUS_CODES.Good }, json);
  const ownTime = Object.hasOwn(json, 'time') ? parseInstant(json.time) : time;
  if (ownTime === undefined && Object.hasOwn(json, 'time')) return badTime(where, json.time);
  const status = Object.hasOwn(json, 'status') ? parseStatus(json.status) : STATUS_CODES.Good;
  if (status === undefined) {
    return issue(
      'bad-status',
      `${where}: status ${shown(json.status)} is unknown; use good, uncertain, bad, an OPC UA name such as BadSensorFailure, or its number`,
    );
  }
  const value = Object.hasOwn(json, 'value') ? json.value : undefined;
  return readBare(where, { thing, property, time: ownTime, status }, value);
}

function readBare(where: string, of: Omit<DecodedReading, 'value'>, value: unknown): DecodedReading | DecodeIssue {
  if (value === undefined || value === null) {
    if (isBad(of.status)) return { ...of, value: undefined };
    return issue(
      'no-result',
      `${where}: there is no value; send {"value": …}, or {"status": "bad"} where there is no reading`,
    );
  }
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return issue('not-a-number', `${where}: the number is too large for a double; send a smaller one, or status bad`);
  }
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') return { ...of, value };
  return issue(
    'bad-value',
    `${where}: ${shown(value)} is not a number, true, false or a string; send one value per property`,
  );
}

/** Words that some devices write for a reading that they do not have, or that failed. */
const NOT_NUMBERS = /^[+-]?(nan|inf|infinity)$/i;

function parsePayload(topic: string, payload: Uint8Array): { json: unknown } | { issue: DecodeIssue } {
  if (payload.length > MAX_PAYLOAD_BYTES) {
    return {
      issue: issue(
        'too-large',
        `${shown(topic)}: ${payload.length} bytes, ${MAX_PAYLOAD_BYTES} are possible; split the message`,
      ),
    };
  }
  let text: string;
  try {
    text = decoder.decode(payload);
  } catch {
    return { issue: issue('undecodable', `${shown(topic)}: the payload is not UTF-8; send JSON in UTF-8`) };
  }
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    if (NOT_NUMBERS.test(text.trim())) {
      const reason = `${shown(topic)}: ${text.trim()} is not a number; send {"status": "bad"} where there is no reading`;
      return { issue: issue('not-a-number', reason) };
    }
    const reason = `${shown(topic)}: ${shown(text)} is not JSON; send a bare number, true, false, a string in quotes or an object`;
    return { issue: issue('undecodable', reason) };
  }
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function badTime(where: string, time: unknown): DecodeIssue {
  return issue(
    'bad-time',
    `${where}: time ${shown(time)} is neither RFC 3339 with a zone (2026-01-31T08:00:00+08:00) nor epoch milliseconds; correct it, or leave it out`,
  );
}

function badName(thing: string, property: string): DecodeIssue {
  return issue(
    'bad-value',
    `twin/${thing}: ${shown(property)} cannot name a property; use 1 to 128 characters without / + # and control characters`,
  );
}

function refused(kind: DecodeIssueKind, reason: string): Decoded {
  return { readings: [], issues: [issue(kind, reason)] };
}

function issue(kind: DecodeIssueKind, reason: string): DecodeIssue {
  return { kind, reason };
}
