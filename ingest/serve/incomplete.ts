import { formatInstant } from '#devices/time/instant.ts';
import type { IncompleteJson } from '#devices/wire/api.ts';
import { FEED_DEFAULTS } from '../historian/feed/historian-feed.ts';
import type { HttpParts } from './parts.ts';

/**
 * What to say in an answer that reaches up to `until` (epoch ms) while history is behind; nothing where it is complete. A
 * question waits for history as long as the lag that is not worth a word.
 */
export function incompleteness(
  { historian, clock }: Pick<HttpParts, 'historian' | 'clock'>,
  until: number,
): { readonly incomplete?: IncompleteJson } {
  const { observations, completeUntil, problem } = historian.lag;
  if (completeUntil === undefined || until <= completeUntil) return {};
  if (problem === undefined && clock.now() - completeUntil < FEED_DEFAULTS.settleMs) return {};
  const reason =
    problem === undefined
      ? 'History is catching up; ask again soon.'
      : `History is away (${problem.message}) and catches up when it is back.`;
  return { incomplete: { completeUntil: formatInstant(completeUntil), observations, reason } };
}
