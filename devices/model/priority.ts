/**
 * Alarm priority, ISA-18.2 §10: four classes, as the Chinese public order of blue, yellow, orange and red.
 * The rank is what hot paths carry: 0 is normal, 4 is the worst.
 */
export const PRIORITIES = ['low', 'medium', 'high', 'urgent'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** 0 normal, 1 low, 2 medium, 3 high, 4 urgent. */
export type PriorityRank = 0 | 1 | 2 | 3 | 4;

export function rankOf(priority: Priority): PriorityRank {
  return (PRIORITIES.indexOf(priority) + 1) as PriorityRank;
}

export function priorityOf(rank: PriorityRank): Priority | undefined {
  return rank === 0 ? undefined : PRIORITIES[rank - 1];
}
