/** How long what is kept, ms; Infinity: for ever. */
export interface RetentionPolicy {
  /** Every observation, where its property has no rule of its own. */
  readonly observationsMs: number;
  /** By ObservedProperty. */
  readonly propertiesMs: ReadonlyMap<string, number>;
  /** By name: `rollup-10s`, `rollup-60s`, `rollup-600s`. */
  readonly rollupsMs: ReadonlyMap<string, number>;
}

const ROLLUP_NAMES = ['rollup-10s', 'rollup-60s', 'rollup-600s'] as const;
const UNITS_MS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  y: 365 * 86_400_000,
};
const DURATION = /^(\d{1,5})([hdwy])$/;
const RULE = /^(?:([^=\s,/+#]+)=)?(\S+)$/;

export const RETENTION_GRAMMAR =
  'rules like 30d, PROPERTY=365d, rollups=5y, rollup-10s=90d with h, d, w, y or forever, each named once';

/** Observations and the two coarse rollups for ever; the fine one, which may be as large as what it is made of, for a week. */
export const DEFAULT_RETENTION = 'forever,rollup-10s=7d';

/**
 * Reads `30d,pm25=365d,rollups=5y`: a duration alone is for every observation, `PROPERTY=` for those of one property,
 * `rollups=` for the rollups of all widths, `rollup-10s=` (60s, 600s) for one. What no rule names stays as by default.
 * Undefined where a rule is not one, or two name the same.
 */
export function parseRetention(text: string): RetentionPolicy | undefined {
  const given = readRules(text);
  const rules = given && new Map([...(readRules(DEFAULT_RETENTION) ?? []), ...given]);
  if (rules === undefined || given === undefined) return undefined;
  const rollups = given.get('rollups');
  const rollupsMs = new Map<string, number>();
  for (const name of ROLLUP_NAMES) {
    rollupsMs.set(name, given.get(name) ?? rollups ?? rules.get(name) ?? Number.POSITIVE_INFINITY);
  }
  const reserved = new Set<string>(['', 'rollups', ...ROLLUP_NAMES]);
  return {
    observationsMs: rules.get('') ?? Number.POSITIVE_INFINITY,
    propertiesMs: new Map([...given].filter(([name]) => !reserved.has(name))),
    rollupsMs,
  };
}

function readRules(text: string): Map<string, number> | undefined {
  const rules = new Map<string, number>();
  for (const rule of text.split(',').map((each) => each.trim())) {
    if (rule === '') continue;
    const [, name = '', length = ''] = RULE.exec(rule) ?? [];
    const ms = durationMs(length);
    if (ms === undefined || rules.has(name)) return undefined;
    rules.set(name, ms);
  }
  return rules;
}

function durationMs(text: string): number | undefined {
  if (text === 'forever') return Number.POSITIVE_INFINITY;
  const [, count, unit = ''] = DURATION.exec(text) ?? [];
  const ms = Number(count) * (UNITS_MS[unit] ?? Number.NaN);
  return ms > 0 ? ms : undefined;
}

/** The policy as rules that mean the same. */
export function formatRetention({ observationsMs, propertiesMs, rollupsMs }: RetentionPolicy): string {
  const named = [...propertiesMs, ...rollupsMs].map(([name, ms]) => `${name}=${durationText(ms)}`);
  return [durationText(observationsMs), ...named].join(',');
}

function durationText(ms: number): string {
  if (ms === Number.POSITIVE_INFINITY) return 'forever';
  const { h = 1, d = 1 } = UNITS_MS;
  return ms % d === 0 ? `${ms / d}d` : `${ms / h}h`;
}
