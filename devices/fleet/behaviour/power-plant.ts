import { between, clamp, noise } from './chance.ts';
import { cityLoad } from './day-curve.ts';
import { withExcursion } from './excursion.ts';
import type { Behaviour } from './subject.ts';

const TROUBLE = { share: 0.03, lengthMs: 12 * 60_000 } as const;
/** No unit leaves the grid's frequency alone. */
const OF_THE_GRID = new Set(['frequency', 'speed']);

/**
 * A heat and power unit: electricity after the day, heat after the cold, everything else after the unit's load.
 * Frequency is the grid's, so all units show the same.
 */
export const powerPlant: Behaviour = (subject, moment) => {
  const { seed, citySeed } = subject;
  const { time, weather } = moment;
  const rated = between(seed, 1, 78, 120);
  const shake = (n: number, periodMs: number) => noise(seed ^ n, time / periodMs);
  const load = clamp(
    cityLoad(moment.hour, moment.weekend) * between(seed, 2, 0.86, 1) + 0.02 * shake(0x81, 90_000),
    0.3,
    1,
  );
  const hertz = 50 + 0.05 * noise(citySeed ^ 0x82, time / 40_000) + 0.02 * noise(citySeed ^ 0x83, time / 6_000);
  const cold = clamp((15 - weather.temperature) / 40, 0.08, 1);
  const values = {
    power: rated * load,
    heat: 175 * cold * (0.94 + 0.04 * shake(0x84, 900_000)),
    frequency: hertz,
    voltage: 10.5 * (1 + 0.008 * shake(0x85, 60_000)),
    'power-factor': 0.9 - 0.04 * load + 0.01 * shake(0x86, 120_000),
    'steam-pressure': 13.4 + 0.25 * shake(0x87, 60_000),
    'steam-temperature': 552 + 5 * shake(0x88, 150_000),
    'steam-flow': 470 * load * (1 + 0.01 * shake(0x89, 20_000)),
    'drum-level': 28 * shake(0x8a, 25_000),
    'furnace-pressure': -60 + 35 * shake(0x8b, 5_000),
    'flue-oxygen': 6.4 - 2.6 * load + 0.3 * shake(0x8c, 30_000),
    'flue-temperature': 122 + 24 * load + 2 * shake(0x8d, 200_000),
    speed: hertz * 60,
    vibration: between(seed, 3, 2, 4) + 0.7 * load + 0.35 * shake(0x8e, 30_000),
    'bearing-temperature': 56 + 14 * load + 1.5 * shake(0x8f, 300_000),
    vacuum: 5.2 + 2.6 * load + 0.3 * shake(0x90, 400_000),
    'winding-temperature': 58 + 34 * load * load + shake(0x91, 400_000),
    'oil-temperature': clamp(0.5 * weather.temperature, -15, 18) + 34 + 24 * load * load,
    nox: 250 + 90 * load + 25 * shake(0x92, 120_000),
    'breaker-closed': 1,
  };
  const ownQuantities = subject.datastreams.filter((stream) => !OF_THE_GRID.has(stream.property));
  const seen = withExcursion({ ...subject, datastreams: ownQuantities }, moment, values, TROUBLE);
  return (seen['breaker-closed'] ?? 1) < 0.5 ? { ...seen, power: 0 } : seen;
};
