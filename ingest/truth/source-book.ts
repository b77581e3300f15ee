import type { Catalog } from '#devices/catalog/catalog.ts';
import type { Datastream } from '#devices/model/datastream.ts';
import { orderTime } from '#devices/model/order-time.ts';
import { expectedIntervalMs, staleAfterMs } from '#devices/model/staleness.ts';
import type { ThingSource } from '#devices/model/thing.ts';
import type { Reading, SourceIssue, SourceMessage } from '../source/source.ts';
import { clockIssue } from './clock-issue.ts';
import { IntervalLearner } from './interval-learner.ts';
import { SourceRecord } from './source-record.ts';

export interface SourceBookParts {
  readonly catalog: Pick<Catalog, 'datastream' | 'datastreamCount' | 'learn'>;
  readonly report: (issue: SourceIssue) => void;
}

/** Sources remembered; beyond, those that have been silent for longest are forgotten. */
export const MAX_SOURCES = 10_000;
/** Share of them forgotten at once, so that a flood of made-up client ids costs little each. */
const FORGOTTEN_AT_ONCE = 1 / 16;
const MAX_SENDER = 256;
/** Readings of a datastream closer than this are one event: several values of one moment, or a burst without times. */
const ONE_EVENT_MS = 2;
/** A step from so many intervals on means that readings are missing. */
const MISSING_FROM = 1.5;
/** Learnt intervals go to the catalog so often and so many at once: each Thing is written and told. */
const LEARN_EVERY_MS = 5_000;
const LEARN_AT_ONCE = 500;
/** How old the answer to "which datastreams are stale" may be, ms. */
const SURVEY_MS = 1_000;
/** Bits of a StatusCode that say the server's queue overflowed. OPC 10000-4 §7.39.1. */
const OVERFLOW_BITS = 0x480;

/** What became of all readings of all sources since the start; what a forgotten source added stays in it. */
export interface SourceTotals {
  late: number;
  missing: number;
  gaps: number;
  overflows: number;
}

/**
 * What every source did, from the readings as the pipeline takes them: `arrived` for a message, then one call for each of
 * its readings. 8 bytes and a reference per datastream beside the learner's; no allocation per reading.
 */
export class SourceBook {
  readonly #parts: SourceBookParts;
  readonly #learner = new IntervalLearner();
  /** By protocol, then by sender. */
  readonly #sources = new Map<ThingSource['protocol'], Map<string, SourceRecord>>();
  #size = 0;
  /** Order time of each datastream's newest reading, epoch ms; -Infinity before the first. */
  #newest = new Float64Array(0);
  /** Who last sent each datastream. */
  readonly #sourceOf: (SourceRecord | undefined)[] = [];
  readonly totals: SourceTotals = { late: 0, missing: 0, gaps: 0, overflows: 0 };
  #learntAt = Number.NEGATIVE_INFINITY;
  #surveyedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: SourceBookParts) {
    this.#parts = parts;
  }

  /** Counts a message; the answer is handed back with each of its readings. */
  arrived(message: SourceMessage): SourceRecord {
    const source = this.sourceOf(message);
    const { receivedTime, readings } = message;
    source.lastHeard = Math.max(source.lastHeard, receivedTime);
    source.messages++;
    source.readings += readings.length;
    source.rate.note(readings.length, receivedTime);
    if (receivedTime - this.#learntAt >= LEARN_EVERY_MS) this.#learn(receivedTime);
    return source;
  }

  /** Whose message it is. */
  sourceOf({ source: protocol, sender = protocol, receivedTime }: SourceMessage): SourceRecord {
    const known = this.#sources.get(protocol)?.get(sender);
    return known ?? this.#add(protocol, sender.slice(0, MAX_SENDER), receivedTime);
  }

  /** Takes a reading that became an observation; `time` is the one under which it is stored. */
  stored(source: SourceRecord, stream: Datastream, reading: Reading, time: number, receivedTime: number): void {
    const { index } = stream;
    if (index >= this.#newest.length) this.#grow(index + 1);
    this.#sourceOf[index] = source;
    source.stored++;
    if (source.protocol === 'opcua' && (reading.status & OVERFLOW_BITS) === OVERFLOW_BITS) {
      source.overflows++;
      this.totals.overflows++;
    }
    if (reading.time === undefined) source.untimed++;
    else this.#judgeDelay(source, receivedTime - reading.time, receivedTime);
    const order = orderTime(time, receivedTime);
    const step = order - (this.#newest[index] as number);
    if (step < 0) this.#late(source, order);
    else {
      this.#newest[index] = order;
      if (step >= ONE_EVENT_MS && step !== Number.POSITIVE_INFINITY) this.#judgeStep(source, stream, order, step);
    }
  }

  /** The disk did not take an observation of this datastream; it will come again. */
  notStored(index: number): void {
    const source = this.#sourceOf[index];
    if (source !== undefined && source.stored > 0) source.stored--;
  }

  /** All sources remembered, with what a survey of their datastreams shows; in no particular order. */
  survey(now: number): SourceRecord[] {
    const all = [...this.#sources.values()].flatMap((bySender) => [...bySender.values()]);
    if (now - this.#surveyedAt < SURVEY_MS) return all;
    this.#surveyedAt = now;
    for (const source of all) {
      source.datastreams = 0;
      source.stale = 0;
      source.shortestMs = Number.POSITIVE_INFINITY;
    }
    for (let index = 0; index < this.#sourceOf.length; index++) this.#surveyStream(index, now);
    return all;
  }

  /** Who sends these datastreams. */
  sourcesOf(streams: readonly { readonly index: number }[]): Set<SourceRecord> {
    const found = new Set<SourceRecord>();
    for (const { index } of streams) {
      const source = this.#sourceOf[index];
      if (source !== undefined) found.add(source);
    }
    return found;
  }

  #surveyStream(index: number, now: number): void {
    const source = this.#sourceOf[index];
    const stream = this.#parts.catalog.datastream(index);
    if (source === undefined || stream === undefined) return;
    source.datastreams++;
    const intervalMs = expectedIntervalMs(stream);
    if (intervalMs === undefined) return;
    source.shortestMs = Math.min(source.shortestMs, intervalMs);
    if (now - (this.#newest[index] as number) >= staleAfterMs(intervalMs)) source.stale++;
  }

  #judgeDelay(source: SourceRecord, delayMs: number, receivedTime: number): void {
    source.delays.note(delayMs, receivedTime);
    if (!source.clock.note(delayMs, receivedTime)) return;
    const issue = clockIssue(source, receivedTime);
    if (issue === undefined) return;
    source.toldClock = source.clock.state;
    this.#parts.report(issue);
  }

  #late(source: SourceRecord, order: number): void {
    source.late++;
    this.totals.late++;
    if (source.missing > 0) source.missing--;
    source.gaps.fill(order);
  }

  /** A later reading than the newest: was it to be expected when it came? */
  #judgeStep(source: SourceRecord, stream: Datastream, order: number, step: number): void {
    if (stream.intervalMs === undefined) this.#learner.note(stream.index, step, stream.learntIntervalMs);
    const intervalMs = expectedIntervalMs(stream);
    if (intervalMs === undefined || step < MISSING_FROM * intervalMs) return;
    const allowedMs = staleAfterMs(intervalMs);
    // What was measured before the source was first heard is sent after; nobody waited for it.
    if (order - step < source.firstHeard - allowedMs) return;
    const missing = Math.round(step / intervalMs) - 1;
    source.missing += missing;
    this.totals.missing += missing;
    if (step <= allowedMs) return;
    if (source.gaps.note(stream.index, order - step, order, missing, allowedMs)) this.totals.gaps++;
  }

  #learn(now: number): void {
    this.#learntAt = now;
    const news = this.#learner.takeNews(LEARN_AT_ONCE);
    if (news !== undefined) this.#parts.catalog.learn(news);
  }

  #add(protocol: ThingSource['protocol'], sender: string, now: number): SourceRecord {
    const bySender = this.#sources.get(protocol) ?? new Map<string, SourceRecord>();
    this.#sources.set(protocol, bySender);
    const known = bySender.get(sender);
    if (known !== undefined) return known;
    if (this.#size >= MAX_SOURCES) this.#forget();
    const source = new SourceRecord(protocol, sender, now);
    bySender.set(sender, source);
    this.#size++;
    return source;
  }

  #forget(): void {
    const all = [...this.#sources.values()].flatMap((bySender) => [...bySender.values()]);
    all.sort((a, b) => a.lastHeard - b.lastHeard);
    for (const { protocol, sender } of all.slice(0, Math.ceil(MAX_SOURCES * FORGOTTEN_AT_ONCE))) {
      this.#sources.get(protocol)?.delete(sender);
      this.#size--;
    }
  }

  #grow(least: number): void {
    const grown = new Float64Array(Math.max(1024, least, this.#newest.length * 2)).fill(Number.NEGATIVE_INFINITY);
    grown.set(this.#newest);
    this.#newest = grown;
  }
}
