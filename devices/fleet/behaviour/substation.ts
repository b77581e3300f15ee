import { between, clamp, noise, unitAt } from './chance.ts';
import { cityLoad } from './day-curve.ts';
import { withExcursion } from './excursion.ts';
import type { Behaviour } from './subject.ts';

const TROUBLE = { share: 0.02, lengthMs: 25 * 60_000 } as const;

/** A substation follows the day; its transformer warms with the square of its load, its busbar sags a little with it. */
export const substation: Behaviour = (subject, moment) => {
  const { seed } = subject;
  const rated = [25, 40, 63, 125][Math.floor(unitAt(seed, 1) * 4)] ?? 40;
  const cold = clamp((5 - moment.weather.temperature) / 40, 0, 1);
  const load =
    (cityLoad(moment.hour, moment.weekend) + 0.1 * cold) *
    between(seed, 2, 0.5, 0.82) *
    (1 + 0.03 * noise(seed ^ 0x71, moment.time / 400_000) + 0.006 * noise(seed ^ 0x72, moment.time / 15_000));
  const nominal = rated > 60 ? 220 : 110;
  const values = {
    load: 100 * load,
    power: rated * load * 0.96,
    voltage: nominal * (1.025 - 0.03 * load + 0.004 * noise(subject.citySeed ^ 0x73, moment.time / 120_000)),
    'oil-temperature': clamp(0.5 * moment.weather.temperature, -15, 18) + 30 + 24 * load * load,
    'breaker-closed': 1,
  };
  const seen = withExcursion(subject, moment, values, TROUBLE);
  // Nothing flows through an open breaker.
  return (seen['breaker-closed'] ?? 1) < 0.5 ? { ...seen, load: 0, power: 0 } : seen;
};
