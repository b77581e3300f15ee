import { between, clamp, mix, noise, unitAt } from './chance.ts';
import { bell } from './day-curve.ts';
import { envelope, episodeAt } from './episode.ts';
import { type Behaviour, type Moment, rangeTop, type Subject } from './subject.ts';

/** An event nearby fills the car park: about 1 % of the time, three quarters of an hour. */
const FULL = { share: 0.011, lengthMs: 45 * 60_000 } as const;
/** The template's range: an instrument for any car park, so it says nothing of this one's size. */
const ANY_CAPACITY = 5000;

/** A car park: occupied + free = capacity, always; what drives in and out is the change of what stands there. */
export const parking: Behaviour = (subject, moment) => {
  const capacity = parkingCapacity(subject);
  const occupied = Math.floor(capacity * fill(subject, moment));
  const before = fill(subject, { ...moment, time: moment.time - 600_000, hour: (moment.hour + 24 - 1 / 6) % 24 });
  const perHour = 6 * capacity * Math.max(0, fill(subject, moment) - before);
  const turnover = 0.25 * capacity * (0.2 + bell(moment.hour, 14, 9));
  return {
    occupancy: (100 * occupied) / capacity,
    free: capacity - occupied,
    occupied,
    'entry-rate': Math.min(1200, perHour + turnover * (1 + 0.4 * noise(subject.seed ^ 0x31, moment.time / 120_000))),
  };
};

/** Spaces: the range of `occupied` where the pack says one, else one drawn between 40 and 400. */
export function parkingCapacity(subject: Subject): number {
  const said = rangeTop(subject, 'occupied') ?? rangeTop(subject, 'free');
  return said !== undefined && said > 0 && said !== ANY_CAPACITY
    ? Math.floor(said)
    : Math.round(40 * 10 ** unitAt(subject.seed, 1));
}

/** Share of the spaces taken, 0–1: offices fill by day, homes by night, shops in the afternoon. */
function fill(subject: Subject, moment: Moment): number {
  const { seed } = subject;
  const base = between(seed, 2, 0.12, 0.3);
  const height = between(seed, 3, 0.3, 0.55);
  const shape = [
    moment.weekend ? 0.15 * bell(moment.hour, 13, 6) : bell(moment.hour, 12.5, 6.5),
    1 - (moment.weekend ? 0.5 : 0.85) * bell(moment.hour, 13, 8),
    bell(moment.hour, moment.weekend ? 15 : 17.5, 6.5),
  ][Math.floor(unitAt(seed, 4) * 3)] as number;
  const normal = base + height * shape + 0.05 * noise(seed ^ 0x32, moment.time / 1_500_000);
  const event = episodeAt(mix(seed, 0x33), moment.time, FULL);
  const pull = event === undefined ? 0 : envelope(event, moment.time);
  const full = event === undefined ? 0 : between(event.seed, 31, 0.96, 1.01);
  return clamp(normal + (full - normal) * pull, 0, 1);
}
