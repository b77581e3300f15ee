import { type Priority, type PriorityRank, rankOf } from './priority.ts';

/**
 * An alarm limit of a Datastream (ISA-18.2 setpoint): abnormal with `priority` where the value is
 * at or above `value` (`above`), or at or below it (`below`). In the Datastream's unit.
 */
export interface Limit {
  readonly side: 'above' | 'below';
  readonly value: number;
  readonly priority: Priority;
}

/** The worst limit that `value` reaches; 0 where it reaches none or is NaN. */
export function judgeLimits(value: number, limits: readonly Limit[] | undefined): PriorityRank {
  if (limits === undefined) return 0;
  let worst: PriorityRank = 0;
  for (const limit of limits) {
    const reached = limit.side === 'above' ? value >= limit.value : value <= limit.value;
    if (reached) {
      const rank = rankOf(limit.priority);
      if (rank > worst) worst = rank;
    }
  }
  return worst;
}
