export const FIRST_DELAY_MS = 500;
export const LONGEST_DELAY_MS = 15_000;

/**
 * Wait before attempt number `failures` + 1 (`failures` ≥ 1): doubling, and spread over its upper half by `random`
 * (0 ≤ random < 1), so that the viewers of a restarted server do not all come at once.
 */
export function reconnectDelayMs(failures: number, random: number): number {
  const whole = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(20, failures - 1));
  return whole / 2 + (whole / 2) * random;
}
