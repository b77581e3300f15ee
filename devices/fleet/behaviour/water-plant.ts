import { between, clamp, noise } from './chance.ts';
import { bell } from './day-curve.ts';
import { withExcursion } from './excursion.ts';
import type { Behaviour } from './subject.ts';

const TROUBLE = { share: 0.03, lengthMs: 15 * 60_000 } as const;
/** A filter run between two back-washes, h: head loss grows over it and falls at its end. */
const FILTER_RUN_HOURS = 30;

/** A water supply line: pumps follow the town's draw, the tank fills by night and empties by day, the filter clogs. */
export const waterPlant: Behaviour = (subject, moment) => {
  const { seed } = subject;
  const { hour, time } = moment;
  const shake = (n: number, periodMs: number) => noise(seed ^ n, time / periodMs);
  const draw = clamp(0.45 + 0.3 * bell(hour, 8, 4) + 0.35 * bell(hour, 20, 5) + 0.02 * shake(0xa1, 60_000), 0.2, 1);
  const rated = between(seed, 1, 1400, 3200);
  const runPart = (time / 3_600_000 / FILTER_RUN_HOURS + between(seed, 2, 0, 1)) % 1;
  const power = 60 + rated * 0.11 * draw;
  const values = {
    flow: rated * draw * (1 + 0.01 * shake(0xa2, 10_000)),
    pressure: 0.52 - 0.08 * draw + 0.012 * shake(0xa3, 20_000),
    turbidity: 0.22 + 0.1 * runPart + 0.06 * shake(0xa4, 600_000),
    chlorine: 0.78 + 0.15 * shake(0xa5, 1_200_000),
    ph: 7.6 + 0.15 * shake(0xa6, 3_000_000),
    'tank-level': 3.4 - 1.1 * Math.cos(((hour - 19.5) / 24) * 2 * Math.PI) + 0.1 * shake(0xa7, 900_000),
    'head-loss': 0.4 + 1.35 * runPart,
    // Three phases at 0.4 kV, power factor 0.87.
    current: (power / (Math.sqrt(3) * 0.4 * 0.87)) * (1 + 0.01 * shake(0xa8, 8_000)),
    power,
    vibration: between(seed, 3, 1.2, 2.6) + 0.6 * draw + 0.25 * shake(0xa9, 30_000),
    'bearing-temperature': 42 + 15 * draw + shake(0xaa, 300_000),
    running: 1,
  };
  return withExcursion(subject, moment, values, TROUBLE);
};
