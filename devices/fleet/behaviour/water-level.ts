import { between, clamp, mix, noise } from './chance.ts';
import { envelope, episodeAt } from './episode.ts';
import type { Behaviour, Subject } from './subject.ts';

const HOUR_MS = 3_600_000;
/** A local flood: backwater of an ice jam or a culvert. */
const FLOOD = { share: 0.012, lengthMs: 9 * HOUR_MS } as const;
/** The river runs west; its wave passes the city's 0.3° of longitude in some six hours. */
const WAVE_HOURS_PER_DEGREE = 20;

/** A river gauge: a slow wave that travels along the river, its rate of rise, and the discharge that the stage stands for. */
export const waterLevel: Behaviour = (subject, moment) => {
  const { seed } = subject;
  const level = stage(subject, moment.time);
  const width = between(seed, 2, 30, 70);
  return {
    level,
    // Manning–Strickler: discharge grows with depth to the power 5/3.
    flow: width * 0.9 * Math.max(0, level) ** (5 / 3),
    rise: (level - stage(subject, moment.time - HOUR_MS / 3)) * 300,
    temperature: Math.max(0.1, 0.5 * moment.weather.temperature + 6) + 0.2 * noise(seed ^ 0x61, moment.time / HOUR_MS),
  };
};

/** Metres of water over the gauge's zero. */
function stage(subject: Subject, time: number): number {
  const { seed, citySeed } = subject;
  const hours = time / HOUR_MS;
  const wave = noise(citySeed ^ 0x62, (hours + subject.lon * WAVE_HOURS_PER_DEGREE) / 30);
  const normal = between(seed, 1, 1.2, 1.7) + 0.45 * wave + 0.012 * noise(seed ^ 0x63, time / 60_000);
  const flood = episodeAt(mix(seed, 0x64), time, FLOOD);
  if (flood === undefined) return normal;
  return clamp(normal + (between(flood.seed, 61, 2.62, 3.25) - normal) * envelope(flood, time), 0, 8);
}
