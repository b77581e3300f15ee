import { between, clamp, fieldNoise, noise } from './chance.ts';
import { cityLoad, trafficDemand } from './day-curve.ts';
import { withExcursion } from './excursion.ts';
import type { Behaviour } from './subject.ts';

/** A local source, a fire or a boiler on coal, beside the station. */
const PLUME = { share: 0.012, lengthMs: 50 * 60_000 } as const;

/** Air: heating in the cold and traffic make it, wind clears it, ozone follows the sun; neighbours breathe the same air. */
export const air: Behaviour = (subject, moment) => {
  const { seed, citySeed } = subject;
  const { weather, hour, time } = moment;
  const hours = time / 3_600_000;
  const cloud = fieldNoise(citySeed ^ 0x41, subject.lon * 18, subject.lat * 28, hours / 1.5);
  const cold = clamp((10 - weather.temperature) / 30, 0, 1.2);
  const still = 1.5 / (0.6 + weather.windSpeed / 4);
  const roads = trafficDemand(hour, moment.weekend);
  const own = 1 + 0.06 * noise(seed ^ 0x42, hours * 4);
  const site = between(seed, 1, 0.85, 1.15);
  const washed = 1 - 0.35 * clamp(weather.rain / 4, 0, 1);
  const pm25 = (6 + 15 * cold * cityLoad(hour, false) + 7 * roads) * still * (1 + 0.3 * cloud) * own * site * washed;
  const sun = clamp(Math.cos(((hour - 14) / 24) * 2 * Math.PI), 0, 1) * clamp((weather.temperature + 25) / 45, 0.2, 1);
  const values = {
    pm25: Math.min(pm25, 66),
    pm10: Math.min(pm25, 66) * (1.45 + 0.2 * noise(seed ^ 0x43, hours)),
    no2: (14 + 42 * roads) * still * (1 + 0.2 * cloud) * own,
    o3: 28 + 70 * sun + 6 * noise(seed ^ 0x44, hours),
    so2: (8 + 22 * cold) * still * (1 + 0.3 * cloud) * own,
    co: (0.3 + 0.5 * cold + 0.5 * roads) * still * own,
  };
  return withExcursion(subject, moment, values, PLUME);
};
