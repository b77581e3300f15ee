import { between, clamp, fieldNoise, mix, noise, unitAt } from './chance.ts';
import { trafficDemand } from './day-curve.ts';
import { type Episode, envelope, episodeAt } from './episode.ts';
import type { Behaviour, Moment, Subject } from './subject.ts';

/** An incident at the junction itself: about 1 % of the time, half an hour long. */
const INCIDENT = { share: 0.011, lengthMs: 30 * 60_000 } as const;
/** Volume-delay curve of the Bureau of Public Roads (1964): free time × (1 + α·saturation⁴). */
const DELAY_ALPHA = 0.6;

/**
 * A junction: demand over the day against capacity gives saturation, and from it speed, occupancy and queue.
 * An incident takes capacity away; congestion of the neighbourhood is shared.
 */
export const traffic: Behaviour = (subject, moment) => {
  const { seed } = subject;
  const capacity = [1200, 1800, 2400, 3600][Math.floor(unitAt(seed, 1) * 4)] ?? 1800;
  const freeSpeed = between(seed, 2, 44, 62);
  const demand = trafficDemand(moment.hour, moment.weekend) * between(seed, 3, 0.5, 0.88);
  const minute = moment.time / 60_000;
  const around = fieldNoise(subject.citySeed ^ 0x21, subject.lon * 40, subject.lat * 60, minute / 25);
  const own = noise(seed ^ 0x22, minute / 4);
  // A signal's cycle of some 90 s shows in counts over a few seconds.
  const cycle = noise(seed ^ 0x23, moment.time / 18_000);
  const smooth = demand * (1 + 0.12 * around + 0.1 * own);
  const stopped = incident(subject, moment);
  const saturation = smooth + (1.55 - smooth) * stopped;
  const wet = 1 - 0.2 * clamp(moment.weather.rain / 6, 0, 1);
  const speed = (freeSpeed * wet * (1 - 0.93 * stopped)) / (1 + DELAY_ALPHA * saturation ** 4) + 1.2 * cycle * wet;
  return {
    occupancy: clamp(54 * saturation ** 1.4 + 3 * cycle * Math.min(1, saturation), 0, 99),
    flow: Math.max(0, capacity * smooth * (1 - 0.8 * stopped) * (1 + 0.15 * cycle)),
    speed: Math.max(1, speed),
    queue: Math.max(0, 420 * Math.max(0, saturation - 0.62) ** 1.4 * (1 + 0.15 * cycle)),
  };
};

/** 0 where traffic flows, up to 1 where the junction is blocked. */
function incident(subject: Subject, moment: Moment): number {
  const found: Episode | undefined = episodeAt(mix(subject.seed, 0x24), moment.time, INCIDENT);
  return found === undefined ? 0 : envelope(found, moment.time) * between(found.seed, 21, 0.62, 1);
}
