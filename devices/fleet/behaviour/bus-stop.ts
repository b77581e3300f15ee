import { between, clamp, mix, noise } from './chance.ts';
import { trafficDemand } from './day-curve.ts';
import { envelope, episodeAt } from './episode.ts';
import type { Behaviour } from './subject.ts';

/** A bus that does not come: about 1 % of the time, forty minutes. */
const MISSED_BUS = { share: 0.012, lengthMs: 40 * 60_000 } as const;

/** A bus stop: people gather until the bus comes and takes them; then the count begins again. */
export const busStop: Behaviour = (subject, moment) => {
  const { seed } = subject;
  const headwayMin = between(seed, 1, 5, 13) * (moment.hour < 6 || moment.hour >= 23 ? 1.6 : 1);
  const sinceMin = (moment.time / 60_000 + between(seed, 2, 0, headwayMin)) % headwayMin;
  const demand = trafficDemand(moment.hour, moment.weekend);
  const perMinute = between(seed, 3, 0.2, 2.6) * demand;
  const flutter = 1 + 0.15 * noise(seed ^ 0xb1, moment.time / 45_000);
  const missed = episodeAt(mix(seed, 0xb2), moment.time, MISSED_BUS);
  const late = missed === undefined ? 0 : envelope(missed, moment.time);
  const crowd = missed === undefined ? 0 : between(missed.seed, 41, 45, 105) * late * (0.4 + 0.6 * demand);
  const delay = missed === undefined ? 0 : between(missed.seed, 42, 18, 34) * late;
  return {
    waiting: Math.round(clamp(perMinute * sinceMin * flutter + crowd, 0, 400)),
    'next-arrival': headwayMin - sinceMin + delay,
    boarding: perMinute * 60 * flutter,
    temperature: moment.weather.temperature + 1.5 + 0.4 * noise(seed ^ 0xb3, moment.time / 300_000),
  };
};
