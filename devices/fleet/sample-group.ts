import type { PackThing } from '#devices/catalog/city-pack.ts';
import type { DatastreamSpec } from '#devices/model/datastream.ts';

/** The expected interval of a datastream that the pack gives none. */
const DEFAULT_INTERVAL_MS = 10_000;

/**
 * The datastreams of one Thing that share an interval: they are measured together and travel in one message. Each group
 * has its own sequence number, see `Sample.time`.
 */
export interface SampleGroup {
  readonly thing: PackThing;
  readonly streams: readonly DatastreamSpec[];
  /** Time between two samples as the fleet really takes them. */
  readonly intervalMs: number;
  /** Number of the next sample. */
  sequence: number;
}

/** What one measurement of a group gave. */
export interface Sample {
  /**
   * The device's clock, epoch ms; its microseconds (the three digits under the millisecond) are the group's sequence
   * number modulo 1,000. So every stored datastream can be checked for gaps with nothing but its times.
   */
  readonly time: number;
  /** One per datastream of the group; `value` undefined where Bad. */
  readonly results: readonly SampleResult[];
}

export interface SampleResult {
  readonly property: string;
  readonly value: number | boolean | undefined;
  readonly status: number;
}

/** Observations a second that these Things make at the intervals of their pack. */
export function naturalRate(things: readonly PackThing[]): number {
  let rate = 0;
  for (const thing of things) {
    for (const stream of thing.datastreams) rate += 1000 / (stream.intervalMs ?? DEFAULT_INTERVAL_MS);
  }
  return rate;
}

/** The Thing with its intervals divided by `speed`, as it then declares them. */
export function atSpeed(thing: PackThing, speed: number): PackThing {
  const datastreams = thing.datastreams.map((stream) => ({
    ...stream,
    intervalMs: Math.max(1, Math.round((stream.intervalMs ?? DEFAULT_INTERVAL_MS) / speed)),
  }));
  return { ...thing, datastreams };
}

export function groupsOf(thing: PackThing): readonly SampleGroup[] {
  const byInterval = Map.groupBy(thing.datastreams, (stream) => stream.intervalMs ?? DEFAULT_INTERVAL_MS);
  return [...byInterval].map(([intervalMs, streams]) => ({ thing, streams, intervalMs, sequence: 0 }));
}
