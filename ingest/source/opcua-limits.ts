import type { Limit } from '#devices/model/limits.ts';
import { PRIORITIES, type Priority } from '#devices/model/priority.ts';

/** `above 14.2 medium`, `below -100 high`. */
const LIMIT = /^(above|below) (\S+) (\S+)$/;

/** The limit Properties of LimitAlarmType, OPC 10000-9 §5.8.17, and what each is here. */
const STANDARD: readonly (readonly [name: string, side: Limit['side'], priority: Priority])[] = [
  ['HighLimit', 'above', 'medium'],
  ['HighHighLimit', 'above', 'high'],
  ['LowLimit', 'below', 'medium'],
  ['LowLowLimit', 'below', 'high'],
];

/** Alarm limits from a variable's Properties: `AlarmLimits` where there are any, else the standard's four. */
export function readLimits(properties: ReadonlyMap<string, unknown>): readonly Limit[] {
  const listed = properties.get('AlarmLimits');
  if (Array.isArray(listed)) return listed.map(parseLimit).filter((limit) => limit !== undefined);
  return STANDARD.flatMap(([name, side, priority]) => {
    const value = properties.get(name);
    return typeof value === 'number' && Number.isFinite(value) ? [{ side, value, priority }] : [];
  });
}

function parseLimit(given: unknown): Limit | undefined {
  const match = typeof given === 'string' ? LIMIT.exec(given) : null;
  const value = Number(match?.[2]);
  const priority = PRIORITIES.find((known) => known === match?.[3]);
  if (match === null || priority === undefined || !Number.isFinite(value)) return undefined;
  return { side: match[1] as Limit['side'], value, priority };
}
