import { between, clamp, mix, noise, unitAt } from './chance.ts';
import { bell } from './day-curve.ts';
import { envelope, episodeAt } from './episode.ts';
import { type Behaviour, rangeTop, type Subject } from './subject.ts';

/** A load near or over the connection's capacity: about 0.5 % of the time, half an hour. */
const OVERLOAD = { share: 0.005, lengthMs: 30 * 60_000 } as const;
/** The template's range, which says nothing of one building. */
const ANY_POWER = 20_000;
/** The meters were set to zero on 2024-01-01 UTC. */
const METER_ZERO = Date.UTC(2024, 0, 1);
const STEPS = 288;

type Use = 'home' | 'office' | 'shop';

/** Mean load over the day against the connection's capacity, 0–1. The same every day, so that a meter can be read at any time. */
function loadAt(use: Use, hour: number): number {
  switch (use) {
    case 'home':
      return 0.24 + 0.14 * bell(hour, 8, 3) + 0.4 * bell(hour, 20.5, 5);
    case 'office':
      return 0.18 + 0.55 * bell(hour, 13, 7);
    case 'shop':
      return 0.2 + 0.52 * bell(hour, 16, 8.5);
  }
}

/** Running integral of `loadAt` over the day in hours, length STEPS + 1, from local midnight. */
const INTEGRALS: Readonly<Record<Use, Float64Array>> = {
  home: integral('home'),
  office: integral('office'),
  shop: integral('shop'),
};

/** A building's meter: power after the use of the house, energy as its integral, which never goes back. */
export const buildingEnergy: Behaviour = (subject, moment) => {
  const { seed } = subject;
  const use = (['home', 'home', 'office', 'shop'] as const)[Math.floor(unitAt(seed, 1) * 4)] ?? 'home';
  const capacity = connectionKilowatts(subject);
  const height = between(seed, 2, 0.75, 1.1);
  const flicker = 0.04 * noise(seed ^ 0xc1, moment.time / 300_000) + 0.015 * noise(seed ^ 0xc2, moment.time / 20_000);
  const normal = loadAt(use, moment.hour) * height * (1 + flicker);
  const over = episodeAt(mix(seed, 0xc3), moment.time, OVERLOAD);
  const pull = over === undefined ? 0 : envelope(over, moment.time);
  const high = over === undefined ? 0 : 0.93 + 0.2 * unitAt(over.seed, 51) ** 2;
  const load = clamp(normal + (high - normal) * pull, 0, 1.5);
  const days = moment.day - METER_ZERO / 86_400_000;
  const hours = days * dayIntegral(use, 24) + dayIntegral(use, moment.hour);
  return {
    power: capacity * load,
    energy: Math.max(0, capacity * height * hours),
    water: capacity * 0.012 * loadAt('home', moment.hour) * (1 + 0.2 * noise(seed ^ 0xc4, moment.time / 60_000)),
    load: 100 * load,
  };
};

/** The range of `power` where the pack says one that is this building's own, else one drawn between 40 and 1,600. */
export function connectionKilowatts(subject: Subject): number {
  const said = rangeTop(subject, 'power');
  return said !== undefined && said > 0 && said !== ANY_POWER ? said / 1.5 : 40 * 40 ** unitAt(subject.seed, 3);
}

function integral(use: Use): Float64Array {
  const sums = new Float64Array(STEPS + 1);
  for (let i = 0; i < STEPS; i++) {
    sums[i + 1] = (sums[i] ?? 0) + loadAt(use, ((i + 0.5) * 24) / STEPS) * (24 / STEPS);
  }
  return sums;
}

function dayIntegral(use: Use, hour: number): number {
  const at = (hour / 24) * STEPS;
  const step = Math.min(STEPS - 1, Math.floor(at));
  const sums = INTEGRALS[use];
  const from = sums[step] ?? 0;
  return from + ((sums[step + 1] ?? from) - from) * (at - step);
}
