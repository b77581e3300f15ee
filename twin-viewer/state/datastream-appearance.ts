import { judgeLimits, type Limit } from '#devices/model/limits.ts';
import { isBad } from '#devices/model/status-code.ts';
import { APPEARANCE_CODE } from './thing-states.ts';

/** Appearance codes from `low` on are priorities: this less than the code is the rank. */
const BEFORE_LOW = APPEARANCE_CODE.low - 1;

/**
 * How one reading shows. A bad one is bad however old it is: its silence is part of the fault.
 * Neither a bad nor a stale one asserts a limit.
 */
export function appearanceOf(
  value: number,
  status: number,
  isStale: boolean,
  limits: readonly Limit[] | undefined,
): number {
  if (isBad(status)) return APPEARANCE_CODE.bad;
  if (isStale) return APPEARANCE_CODE.stale;
  const rank = judgeLimits(value, limits);
  return rank === 0 ? APPEARANCE_CODE.good : BEFORE_LOW + rank;
}
