import type { DatastreamSpec } from '../model/datastream.ts';
import type { Limit } from '../model/limits.ts';
import type { LocalizedText } from '../model/localized-text.ts';
import type { Priority } from '../model/priority.ts';

/** What a Thing of one type is called and what it measures where nothing else is said. */
export interface ThingTemplate {
  readonly name: LocalizedText;
  /** Order is the order on screen: the first is the one that stands for the Thing. */
  readonly datastreams: readonly DatastreamSpec[];
}

type Step = readonly [value: number, priority: Priority];

/** Setpoints that a value reaches from below. */
export function above(...steps: readonly Step[]): readonly Limit[] {
  return steps.map(([value, priority]) => ({ side: 'above', value, priority }));
}

/** Setpoints that a value reaches from above. */
export function below(...steps: readonly Step[]): readonly Limit[] {
  return steps.map(([value, priority]) => ({ side: 'below', value, priority }));
}

/** A measured number; `unit` is a UCUM code, `range` what the instrument can give, `seconds` its interval. */
export function measured(
  property: string,
  zh: string,
  en: string,
  unit: string,
  range: readonly [number, number],
  seconds: number,
  ...limits: readonly (readonly Limit[])[]
): DatastreamSpec {
  const spec = { property, name: { zh, en }, resultType: 'number', unit, range, intervalMs: seconds * 1000 } as const;
  return limits.length === 0 ? spec : { ...spec, limits: limits.flat() };
}

/** A contact: 0 or 1; at 0 it is abnormal with `priority`, where one is given. */
export function contact(
  property: string,
  zh: string,
  en: string,
  seconds: number,
  priority?: Priority,
): DatastreamSpec {
  const spec = { property, name: { zh, en }, resultType: 'boolean', intervalMs: seconds * 1000 } as const;
  return priority === undefined ? spec : { ...spec, limits: below([0, priority]) };
}
