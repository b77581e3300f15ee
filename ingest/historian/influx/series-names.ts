import { escape as escaping } from '@influxdata/influxdb-client';
import type { ResultType } from '#devices/model/datastream.ts';

/** What the historian must know of datastreams; the `Catalog` is one. */
export interface DatastreamDirectory {
  /** Indexes are dense from 0. */
  readonly datastreamCount: number;
  datastream(index: number): { readonly property: string; readonly resultType: ResultType } | undefined;
  thingOf(index: number): { readonly id: string } | undefined;
}

/**
 * How datastreams are called in InfluxDB: the measurement is the observed property, the only tag is the Thing. A tag that
 * can change (type, area, name) would split a series, and a write that is offered again would be a second point; so what
 * a Thing is stays in the catalog, and there are exactly as many series as datastreams.
 */
export class SeriesNames {
  readonly #directory: DatastreamDirectory;
  /** By DatastreamIndex: measurement and tag in line protocol, with the space that ends them. */
  readonly #prefixes: string[] = [];
  readonly #isText: boolean[] = [];
  readonly #byName = new Map<string, Map<string, number>>();
  /** Indexes below it are in `#byName`. */
  #known = 0;

  constructor(directory: DatastreamDirectory) {
    this.#directory = directory;
  }

  /** One more than the highest DatastreamIndex. */
  get count(): number {
    return this.#directory.datastreamCount;
  }

  /** Whether the datastream's results are texts; undefined where nobody knows it. */
  isText(index: number): boolean | undefined {
    if (index >= this.#known) this.#learn();
    return this.#isText[index];
  }

  /** How a line of the datastream begins; undefined where nobody knows it. */
  prefix(index: number): string | undefined {
    if (index >= this.#known) this.#learn();
    return this.#prefixes[index];
  }

  measurement(index: number): string | undefined {
    const stream = this.#directory.datastream(index);
    return stream && storedName(stream.property);
  }

  /** The `thing` tag's value. */
  thing(index: number): string | undefined {
    const thing = this.#directory.thingOf(index);
    return thing && storedName(thing.id);
  }

  /** Every measurement that a datastream has. */
  measurements(): string[] {
    this.#learn();
    return [...this.#byName.keys()];
  }

  /** Undefined where it is none of ours: somebody else writes here too. */
  indexOf(measurement: string, thing: unknown): number | undefined {
    return typeof thing === 'string' ? this.#byName.get(measurement)?.get(thing) : undefined;
  }

  #learn(): void {
    for (; this.#known < this.count; this.#known++) {
      const index = this.#known;
      const [measurement, thing] = [this.measurement(index), this.thing(index)];
      if (measurement === undefined || thing === undefined) return;
      const resultType = this.#directory.datastream(index)?.resultType;
      this.#isText[index] = resultType === 'text' || resultType === 'category';
      this.#prefixes[index] = `${escaping.measurement(measurement)},thing=${escaping.tag(thing)} `;
      const things = this.#byName.get(measurement) ?? new Map<string, number>();
      this.#byName.set(measurement, things);
      things.set(thing, index);
    }
  }
}

/**
 * A name as InfluxDB can keep it: line protocol has no way to write a backslash before a comma, a space or the end, so it
 * is `%5C`, and a `%` that would look like one of these two is `%25`; no two names become one.
 */
function storedName(name: string): string {
  return name.replaceAll(/%(?=5C|25)/g, '%25').replaceAll('\\', '%5C');
}

/** `name` as an InfluxQL identifier. */
export function quotedName(name: string): string {
  return `"${escaped(name)}"`;
}

/** `text` as an InfluxQL string. */
export function quotedText(text: string): string {
  return `'${escaped(text)}'`;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\"']/g, '\\$&');
}
