import type { DatastreamSpec } from '#devices/model/datastream.ts';
import type { Weather } from './weather.ts';

/** What a behaviour knows of the Thing it speaks for. */
export interface Subject {
  /** Own seed, uint32: the same Thing behaves the same in every run with the same fleet seed. */
  readonly seed: number;
  /** Seed that all Things of the fleet share: the grid's frequency, the river's wave. */
  readonly citySeed: number;
  readonly lon: number;
  readonly lat: number;
  readonly datastreams: readonly DatastreamSpec[];
}

/** A moment in the city: absolute, and on the clocks of its streets. */
export interface Moment {
  /** Epoch ms UTC. */
  readonly time: number;
  /** Local hour of the day, 0 ≤ hour < 24, with fractions. */
  readonly hour: number;
  /** Days since 1970-01-01 on the local calendar. */
  readonly day: number;
  /** Saturday or Sunday, local. */
  readonly weekend: boolean;
  /** The weather where the Thing stands. */
  readonly weather: Weather;
}

/**
 * The true values of a Thing's quantities at a moment, by property, in the units of its template. Pure.
 * Booleans are 0 and 1. The instrument clamps to its range and rounds afterwards.
 */
export type Behaviour = (subject: Subject, moment: Moment) => Readonly<Record<string, number>>;

/** The upper end of the range of `property`, where the Thing has it. */
export function rangeTop(subject: Subject, property: string): number | undefined {
  return subject.datastreams.find((stream) => stream.property === property)?.range?.[1];
}
