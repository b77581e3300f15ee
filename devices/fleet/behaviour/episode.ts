import { between, mix, smoothStep, unitAt } from './chance.ts';

/** Something that happens now and then: an incident, a full car park, a fault. */
export interface EpisodeKind {
  /** Share of all time spent in an episode, 0–1. */
  readonly share: number;
  /** Mean length, ms; single episodes last 0.6 to 1.4 of it. */
  readonly lengthMs: number;
}

export interface Episode {
  /** Its own seed: what is drawn from it stays the same as long as the episode lasts. */
  readonly seed: number;
  /** Epoch ms; `end` exclusive. */
  readonly start: number;
  readonly end: number;
}

/** At most one episode starts in a window of this many mean lengths. */
const WINDOW_LENGTHS = 3;

/**
 * The episode that `time` lies in, for this seed; undefined where nothing is going on.
 * Time is cut into windows; each has an episode with the probability that makes `share` come true, wholly inside it.
 * Shares up to a third are possible.
 */
export function episodeAt(seed: number, time: number, kind: EpisodeKind): Episode | undefined {
  const windowMs = kind.lengthMs * WINDOW_LENGTHS;
  const offset = unitAt(seed, 0x5eed) * windowMs;
  const window = Math.floor((time + offset) / windowMs);
  const own = mix(seed, window);
  if (unitAt(own, 1) >= kind.share * WINDOW_LENGTHS) return undefined;
  const length = kind.lengthMs * between(own, 2, 0.6, 1.4);
  const start = window * windowMs - offset + unitAt(own, 3) * (windowMs - length);
  return time >= start && time < start + length ? { seed: own, start, end: start + length } : undefined;
}

/**
 * How far an episode has unfolded, 0–1: it rises over the first fifth, holds, and fades over the last quarter.
 */
export function envelope(episode: Episode, time: number): number {
  const part = (time - episode.start) / (episode.end - episode.start);
  return smoothStep(part / 0.2) * smoothStep((1 - part) / 0.25);
}
