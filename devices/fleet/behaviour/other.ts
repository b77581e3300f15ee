import { hashText, noise } from './chance.ts';
import type { Behaviour } from './subject.ts';

/** A Thing whose type has no behaviour of its own: every quantity wanders in the middle of its range. */
export const other: Behaviour = (subject, moment) => {
  const values: Record<string, number> = {};
  for (const stream of subject.datastreams) {
    const [low, high] = stream.range ?? [0, 1];
    const wander = noise(subject.seed ^ hashText(stream.property), moment.time / 600_000);
    values[stream.property] = stream.resultType === 'boolean' ? 1 : low + (high - low) * (0.5 + 0.1 * wander);
  }
  return values;
};
