import type { PackThing } from '#devices/catalog/city-pack.ts';
import type { DatastreamSpec } from '#devices/model/datastream.ts';
import { STATUS_CODES } from '#devices/model/status-code.ts';
import { behaviourOf } from './behaviour/behaviours.ts';
import { clamp, hashText, mix } from './behaviour/chance.ts';
import type { Subject } from './behaviour/subject.ts';
import { weatherAt } from './behaviour/weather.ts';
import { type Fault, faultAt } from './faults.ts';
import { LocalClock } from './local-time.ts';
import type { Sample, SampleGroup, SampleResult } from './sample-group.ts';

/** Steps of an instrument between the ends of its range; values are rounded to a power of ten no finer than that. */
const RESOLUTION = 100_000;

/** What a measurement gave and when it may leave the device. */
export interface Taken {
  readonly sample: Sample;
  /** Epoch ms; later than now where the device is cut off and delivers late. */
  readonly sendAt: number;
}

/**
 * Measures: the behaviour of the Thing's type at the moment, as seen by an instrument that can fail. A function of seed,
 * Thing and time alone, apart from the sequence numbers.
 */
export class Sampler {
  readonly #seed: number;
  readonly #clock: LocalClock;
  readonly #subjects = new Map<string, Subject>();

  constructor(seed: number, timeZone: string) {
    this.#seed = mix(seed, 0xc17);
    this.#clock = new LocalClock(timeZone);
  }

  /** The true values of all quantities of `thing` at `time`, by property. */
  truth(thing: PackThing, time: number): Readonly<Record<string, number>> {
    const subject = this.#subjectOf(thing);
    const local = this.#clock.at(time);
    const weather = weatherAt(this.#seed, subject.lon, subject.lat, time, local.hour);
    return behaviourOf(thing.type)(subject, { time, ...local, weather });
  }

  faultOf(thing: PackThing, time: number): Fault | undefined {
    return faultAt(this.#subjectOf(thing).seed, time, thing.datastreams.length);
  }

  /** Measures a group at `now`; undefined where the device is silent. Takes the group's next sequence number. */
  take(group: SampleGroup, now: number): Taken | undefined {
    const fault = this.faultOf(group.thing, now);
    if (fault?.kind === 'dropout') return undefined;
    const values = this.truth(group.thing, fault?.kind === 'stuck' ? fault.since : now);
    const results = group.streams.map((stream) => resultOf(group.thing, stream, values, fault));
    const offset = fault?.kind === 'clock-ahead' || fault?.kind === 'clock-behind' ? fault.offsetMs : 0;
    const time = Math.floor(now) + offset + (group.sequence++ % 1000) / 1000;
    return { sample: { time, results }, sendAt: fault?.kind === 'late' ? fault.until : now };
  }

  #subjectOf(thing: PackThing): Subject {
    const known = this.#subjects.get(thing.id);
    if (known !== undefined) return known;
    const subject: Subject = {
      seed: mix(this.#seed, hashText(thing.id)),
      citySeed: this.#seed,
      lon: thing.location?.lon ?? 0,
      lat: thing.location?.lat ?? 0,
      datastreams: thing.datastreams,
    };
    this.#subjects.set(thing.id, subject);
    return subject;
  }
}

function resultOf(
  thing: PackThing,
  stream: DatastreamSpec,
  values: Readonly<Record<string, number>>,
  fault: Fault | undefined,
): SampleResult {
  const { property } = stream;
  const number = thing.datastreams.indexOf(stream);
  if (fault?.kind === 'bad' && (fault.stream === undefined || fault.stream === number)) {
    return { property, value: undefined, status: fault.status };
  }
  const truth = values[property];
  if (truth === undefined) return { property, value: undefined, status: STATUS_CODES.BadConfigurationError };
  if (stream.resultType === 'boolean') return { property, value: truth >= 0.5, status: STATUS_CODES.Good };
  const [low, high] = stream.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const span = high - low;
  const drift = fault?.kind === 'drift' && fault.stream === number && Number.isFinite(span) ? fault.part * span : 0;
  return { property, value: rounded(clamp(truth + drift, low, high), span), status: STATUS_CODES.Good };
}

function rounded(value: number, span: number): number {
  const digits = Number.isFinite(span) && span > 0 ? clamp(Math.ceil(Math.log10(RESOLUTION / span)), 0, 6) : 3;
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
