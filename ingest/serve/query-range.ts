import { parseInstant } from '#devices/time/instant.ts';
import type { TimeRange } from '#devices/time/time-range.ts';
import { wrongParameter } from './problem.ts';

const INSTANT_HINT =
  'is not an instant: write RFC 3339 with a zone (2026-11-23T08:00:00Z) or epoch milliseconds (1795420800000)';

/** The instant that a query parameter names; undefined where it is absent. @throws {Problem} 400 */
export function instantIn(name: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const instant = parseInstant(/^\d+(\.\d+)?$/.test(given) ? Number(given) : given);
  if (instant === undefined) throw wrongParameter(name, given, INSTANT_HINT);
  return instant;
}

/**
 * `from` and `to` of a query: `to` is `now` where absent, `from` is `fallbackMs` earlier than `to`.
 *
 * @throws {Problem} 400 where an instant is wrong, `from` is not before `to`, or the range is longer than `longestMs`.
 */
export function rangeIn(
  query: { readonly from?: string; readonly to?: string },
  now: number,
  limits: { readonly fallbackMs: number; readonly longestMs?: number },
): TimeRange {
  const to = instantIn('to', query.to) ?? now;
  const from = instantIn('from', query.from) ?? Math.max(0, to - limits.fallbackMs);
  if (from >= to) {
    throw wrongParameter(
      'from',
      query.from ?? from,
      'is not before `to`; the range is from (inclusive) to (exclusive)',
    );
  }
  const { longestMs } = limits;
  if (longestMs !== undefined && to - from > longestMs) {
    const minutes = longestMs / 60_000;
    throw wrongParameter('from', query.from ?? from, `is more than ${minutes} minutes before \`to\`; ask in parts`);
  }
  return { from, to };
}
