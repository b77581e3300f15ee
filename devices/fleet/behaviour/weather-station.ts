import { noise } from './chance.ts';
import { withExcursion } from './excursion.ts';
import type { Behaviour } from './subject.ts';

/** A squall over one station. */
const SQUALL = { share: 0.006, lengthMs: 20 * 60_000 } as const;
/** Only what a squall can do: it brings wind and rain, not another climate. */
const OF_A_SQUALL = new Set(['wind-speed', 'rain']);

/** The shared weather, as one instrument sees it. */
export const weatherStation: Behaviour = (subject, moment) => {
  const { weather, time } = moment;
  const turbulence = noise(subject.seed ^ 0x51, time / 12_000);
  const values = {
    temperature: weather.temperature + 0.15 * noise(subject.seed ^ 0x52, time / 90_000),
    humidity: weather.humidity + 0.6 * noise(subject.seed ^ 0x53, time / 90_000),
    'wind-speed': Math.max(0, weather.windSpeed * (1 + 0.18 * turbulence)),
    'wind-direction': (weather.windDirection + 8 * turbulence + 360) % 360,
    pressure: weather.pressure,
    rain: weather.rain,
  };
  const squally = { ...subject, datastreams: subject.datastreams.filter((s) => OF_A_SQUALL.has(s.property)) };
  return withExcursion(squally, moment, values, SQUALL);
};
