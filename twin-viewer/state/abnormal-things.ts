import type { CatalogStore } from './catalog-store.ts';
import type { LatestValues } from './latest-values.ts';
import type { ThingAppearance } from './thing-appearance.ts';
import { APPEARANCE_CODE, type ThingStates } from './thing-states.ts';

/** One line: a Thing, the datastream that makes it so, and since when. */
export interface ListedThing {
  /** Thing number. */
  readonly thing: number;
  /** DatastreamIndex of the worst; of equal ones the newest. */
  readonly index: number;
  /** Appearance code. */
  readonly code: number;
  /** Epoch ms UTC. */
  readonly since: number;
  /** Further datastreams of the Thing that are as listed here. */
  readonly others: number;
}

export type ListKind = 'abnormal' | 'bad' | 'stale';

export interface ListParts {
  readonly catalog: CatalogStore;
  readonly states: ThingStates;
  readonly appearance: ThingAppearance;
  readonly latest: LatestValues;
  /** Since when a datastream is abnormal, epoch ms. */
  readonly since: (index: number) => number;
}

/**
 * The Things of one kind, worst first, then newest first; at most `limit`, and how many there are in all. A Thing is in
 * the list that its appearance names, as on the map.
 */
export function listThings(
  parts: ListParts,
  kind: ListKind,
  limit: number,
): { readonly lines: readonly ListedThing[]; readonly total: number } {
  const { states } = parts;
  const lines: ListedThing[] = [];
  for (let thing = 0; thing < states.count; thing++) {
    const code = states.appearance[thing] as number;
    const wanted = kind === 'abnormal' ? code >= APPEARANCE_CODE.low : code === APPEARANCE_CODE[kind];
    if (!wanted) continue;
    const line = lineOf(parts, thing, code);
    if (line !== undefined) lines.push(line);
  }
  lines.sort((a, b) => b.code - a.code || b.since - a.since || a.thing - b.thing);
  return { lines: lines.slice(0, limit), total: lines.length };
}

function lineOf(
  { catalog, appearance, latest, since }: ListParts,
  thing: number,
  code: number,
): ListedThing | undefined {
  let worst: { readonly index: number; readonly since: number } | undefined;
  let others = -1;
  for (const { index } of catalog.things[thing]?.datastreams ?? []) {
    const own = appearance.byStream[index] as number;
    if (own >= APPEARANCE_CODE.low && code >= APPEARANCE_CODE.low) others++;
    else if (own === code) others++;
    if (own !== code) continue;
    const start = code >= APPEARANCE_CODE.low ? since(index) : (latest.time[index] as number);
    if (worst === undefined || start > worst.since) worst = { index, since: start };
  }
  return worst === undefined ? undefined : { thing, code, others, ...worst };
}
