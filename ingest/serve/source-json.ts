import type { Catalog } from '#devices/catalog/catalog.ts';
import { staleAfterMs } from '#devices/model/staleness.ts';
import { formatInstant } from '#devices/time/instant.ts';
import type { SourceConcern, SourceDetailJson, SourceJson } from '#devices/wire/api.ts';
import type { DelayQuantiles } from '../truth/recent-delays.ts';
import type { SourceRecord } from '../truth/source-record.ts';

/** A gap or an overflow is of concern for so long after it ended. */
const CONCERN_MS = 600_000;
const WORST_FIRST: readonly SourceConcern[] = ['silent', 'clock', 'gaps', 'none'];

/** Worst first; of equal ones those with more stale datastreams, then by id; those whose work others took over last. */
export function worstFirst(a: SourceJson, b: SourceJson): number {
  const worse = WORST_FIRST.indexOf(a.concern) - WORST_FIRST.indexOf(b.concern);
  if (worse !== 0) return worse;
  return b.stale - a.stale || Number(a.datastreams === 0) - Number(b.datastreams === 0) || byId(a, b);
}

export function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** One source as the API shows it at `now`, epoch ms; surveyed before. */
export function sourceJson(source: SourceRecord, now: number): SourceJson {
  const { clock, delays, gaps } = source;
  const silentSince = silentSinceOf(source, now);
  const { state, offsetMs, since } = clock.finding;
  const quantiles = delays.quantiles();
  return {
    id: source.id,
    protocol: source.protocol,
    sender: source.sender,
    concern: concernOf(source, silentSince, now),
    firstHeard: formatInstant(source.firstHeard),
    lastHeard: formatInstant(source.lastHeard),
    ...(silentSince !== undefined && { silentSince: formatInstant(silentSince) }),
    messages: source.messages,
    readings: source.readings,
    readingsPerSecond: Math.round(source.rate.perSecond(now) * 1_000) / 1_000,
    stored: source.stored,
    duplicates: source.duplicates,
    refused: source.refused,
    dropped: source.dropped,
    late: source.late,
    untimed: source.untimed,
    missing: source.missing,
    overflows: source.overflows,
    ...(quantiles !== undefined && { delay: rounded(quantiles) }),
    clock: {
      state,
      ...(offsetMs !== undefined && { offsetMs }),
      ...(since !== undefined && { since: formatInstant(since) }),
    },
    datastreams: source.datastreams,
    stale: source.stale,
    gaps: gaps.total,
  };
}

/** The same with its newest gaps, the newest first. */
export function sourceDetailJson(
  source: SourceRecord,
  catalog: Pick<Catalog, 'datastream'>,
  now: number,
): SourceDetailJson {
  const newestGaps = source.gaps.newest.map(({ from, to, index, datastreams, missing, filled }) => ({
    from: formatInstant(from),
    to: formatInstant(to),
    datastream: catalog.datastream(index)?.id ?? '',
    datastreams,
    missing,
    filled,
  }));
  return { ...sourceJson(source, now), newestGaps: newestGaps.reverse() };
}

/** To the millisecond: a percentile is no more exact. */
function rounded({ p50, p95, max, count }: DelayQuantiles): DelayQuantiles {
  return { p50: Math.round(p50), p95: Math.round(p95), max: Math.round(max), count };
}

/** Since when nothing at all came though something is expected, epoch ms. */
function silentSinceOf({ shortestMs, lastHeard }: SourceRecord, now: number): number | undefined {
  if (shortestMs === Number.POSITIVE_INFINITY) return undefined;
  return now - lastHeard >= staleAfterMs(shortestMs) ? lastHeard : undefined;
}

function concernOf(source: SourceRecord, silentSince: number | undefined, now: number): SourceConcern {
  if (silentSince !== undefined) return 'silent';
  // It came back under another name, or for good: what it was is nobody's concern any more.
  if (source.datastreams === 0 && now - source.lastHeard >= CONCERN_MS) return 'none';
  if (source.clock.state === 'ahead' || source.clock.state === 'behind') return 'clock';
  const lastGap = source.gaps.newest.at(-1);
  if (source.stale > 0 || (lastGap !== undefined && now - lastGap.to < CONCERN_MS)) return 'gaps';
  return 'none';
}
