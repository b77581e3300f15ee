import type { Catalog } from '#devices/catalog/catalog.ts';
import type { Datastream } from '#devices/model/datastream.ts';
import { appendObservation, type ObservationBatch, type TextObservation } from '#devices/model/observation-batch.ts';
import { CLOCK_AHEAD_TOLERANCE_MS } from '#devices/model/order-time.ts';
import type { Clock } from '#devices/time/clock.ts';
import { formatInstant } from '#devices/time/instant.ts';
import type { Journal } from '../journal/journal.ts';
import type { LatestTable } from '../live/latest-table.ts';
import { firstBytes } from '../source/first-bytes.ts';
import type { Intake, Reading, SourceIssue, SourceMessage } from '../source/source.ts';
import type { SourceBook } from '../truth/source-book.ts';
import type { SourceRecord } from '../truth/source-record.ts';
import { CommitGroup } from './commit-group.ts';
import type { IngestMetrics } from './ingest-metrics.ts';
import type { IssueLog } from './issue-log.ts';
import { ReadingMemory } from './reading-memory.ts';
import { judgeStatus } from './reading-status.ts';
import { Registrar } from './registrar.ts';
import { isTextual, numericResult, type Refusal, textResult } from './result-of.ts';

export interface PipelineParts {
  readonly catalog: Catalog;
  /** Makes what the catalog saved durable; called before the observations of a group are written. */
  readonly catalogStore: { commit(): void };
  readonly journal: Pick<Journal, 'write' | 'end' | 'isShort'>;
  /** What was restored from the journal; absent: nothing came before. */
  readonly memory?: ReadingMemory;
  readonly latest: LatestTable;
  readonly issues: IssueLog;
  readonly metrics: IngestMetrics;
  /** Told what came from whom and what became of it. */
  readonly sources: SourceBook;
  readonly clock: Clock;
}

export interface PipelineLimits {
  /** How long a group collects before it is committed, ms. */
  readonly groupWindowMs: number;
  /** A group of so many observations is committed at once. */
  readonly maxGroup: number;
  /** A group of so many bytes, messages included, is committed at once and takes no more. */
  readonly maxGroupBytes: number;
  /** Observations taken and not yet on disk; above it messages wait, and those that may be dropped are. */
  readonly maxWaiting: number;
  /** Messages that wait for room, and their bytes; above either they are refused, so that their sources see it. */
  readonly maxBlocked: number;
  readonly maxBlockedBytes: number;
}

export const PIPELINE_DEFAULTS: PipelineLimits = {
  groupWindowMs: 2,
  maxGroup: 4_096,
  maxGroupBytes: 8 * 1024 * 1024,
  maxWaiting: 50_000,
  maxBlocked: 10_000,
  maxBlockedBytes: 64 * 1024 * 1024,
};

/** Late data of months is history that is sent after; of more than a year it is a wrong clock, or seconds for ms. */
const CLOCK_BEHIND_MS = 366 * 86_400_000;

/** Called after each commit; what it is given is reused after it returns. */
export type CommitListener = (batch: ObservationBatch, texts: readonly TextObservation[]) => void;

interface Blocked {
  readonly message: SourceMessage;
  readonly resolve: (done: Promise<void>) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The way of every reading from a source to disk and on to who shows it: resolve the datastream, drop exact duplicates,
 * judge the status, write it to the journal with the message it came in, in groups, and only then tell the latest table
 * and the other subscribers. History follows the journal on its own.
 *
 * Groups are committed one after another. Where one fails, all that was taken meanwhile fails with it, because a
 * duplicate of a reading in the failed group may be in the next one; the sources send all of it again.
 */
export class Pipeline implements Intake {
  readonly #parts: PipelineParts;
  readonly #limits: PipelineLimits;
  readonly #registrar: Registrar;
  readonly #memory: ReadingMemory;
  readonly #listeners = new Set<CommitListener>();
  readonly #blocked: Blocked[] = [];
  /** Payload bytes of those. */
  #blockedBytes = 0;
  #filling = new CommitGroup();
  #spare = new CommitGroup();
  #committing: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  #isDue = false;
  #isStopped = false;
  /** The next observation's. */
  #position: number;

  constructor(parts: PipelineParts, limits: Partial<PipelineLimits> = {}) {
    this.#parts = parts;
    this.#limits = { ...PIPELINE_DEFAULTS, ...limits };
    this.#registrar = new Registrar(parts.catalog);
    this.#memory = parts.memory ?? new ReadingMemory();
    this.#position = parts.journal.end;
  }

  /** Brings the latest table to where it was. Call after those who subscribe to the table have done so. */
  start(): void {
    const { batch, texts } = this.#memory.restored.state();
    this.#parts.latest.apply(batch, texts);
  }

  /** Takes nothing more, waits for what is in flight. Does not close the journal. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { reject } of this.#blocked.splice(0)) reject(stopped());
    this.#blockedBytes = 0;
    while (this.#filling.isOpen || this.#committing !== undefined) {
      if (this.#committing === undefined) this.#commit();
      await this.#committing;
    }
  }

  accept(message: SourceMessage): Promise<void> {
    if (this.#isStopped) return Promise.reject(stopped());
    const { metrics, journal, sources } = this.#parts;
    metrics.messages++;
    metrics.readings += message.readings.length;
    sources.arrived(message);
    if (message.mayDrop === true && journal.isShort) {
      this.#drop(message, 'the journal has little room left; bring history back, or give the journal more room');
      return Promise.resolve();
    }
    if (this.#blocked.length === 0 && this.#hasRoom()) return this.#take(message);
    if (message.mayDrop === true) {
      this.#drop(message, `${metrics.waiting} observations wait for the disk; send less often, or with QoS 1`);
      return Promise.resolve();
    }
    const { maxBlocked, maxBlockedBytes } = this.#limits;
    if (this.#blocked.length >= maxBlocked || this.#blockedBytes >= maxBlockedBytes) {
      return Promise.reject(
        new Error(`pipeline: ${this.#blocked.length} messages already wait for the disk; send later`),
      );
    }
    this.#blockedBytes += message.payload?.length ?? 0;
    return new Promise((resolve, reject) => this.#blocked.push({ message, resolve, reject }));
  }

  report(issue: SourceIssue): void {
    this.#parts.issues.report(issue);
  }

  /** Everything that was stored, group by group. The answer ends it. */
  subscribe(listener: CommitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #hasRoom(): boolean {
    const { maxWaiting, maxGroupBytes } = this.#limits;
    return this.#parts.metrics.waiting < maxWaiting && this.#filling.records.length < maxGroupBytes;
  }

  #take(message: SourceMessage): Promise<void> {
    for (const thing of message.things) {
      const refusal = this.#registrar.register(thing);
      if (refusal !== undefined) this.#issue(message, refusal);
    }
    const { records, size: before } = this.#filling;
    records.begin('message', message.source, message.receivedTime, this.#position);
    // No allocation per reading but for texts and issues.
    const source = this.#parts.sources.sourceOf(message);
    for (const reading of message.readings) this.#takeReading(source, message, reading);
    const taken = this.#filling.size - before;
    if (taken === 0) records.abandon();
    else records.finish(message.address, message.sender ?? '', message.payload);
    this.#parts.metrics.waiting += taken;
    const done = this.#filling.join();
    this.#schedule();
    return done;
  }

  #takeReading(source: SourceRecord, message: SourceMessage, reading: Reading): void {
    const stream = this.#registrar.datastreamOf(message, reading);
    if ('kind' in stream) {
      source.refused++;
      this.#refuse(message, stream);
      return;
    }
    const refusal = isTextual(stream)
      ? this.#takeText(source, message, reading, stream)
      : this.#takeNumber(source, message, reading, stream);
    if (refusal !== undefined) {
      source.refused++;
      this.#refuse(message, refusal);
    } else if (reading.time !== undefined) this.#judgeClock(message, reading, reading.time);
  }

  #takeNumber(
    source: SourceRecord,
    { receivedTime }: SourceMessage,
    reading: Reading,
    stream: Datastream,
  ): Refusal | undefined {
    const value = numericResult(stream, reading);
    if (typeof value === 'object') return value;
    const { metrics } = this.#parts;
    const { duplicates, clock } = this.#memory;
    const { index } = stream;
    if (reading.time !== undefined && duplicates.isDuplicate(index, reading.time, value, reading.status)) {
      metrics.duplicates++;
      source.duplicates++;
      return undefined;
    }
    const time = clock.timeOf(index, reading.time, receivedTime);
    this.#parts.sources.stored(source, stream, reading, time, receivedTime);
    const status = judgeStatus(metrics, stream, value, reading.status, reading.time, receivedTime);
    const position = this.#positionFor(index, reading.time);
    appendObservation(this.#filling.batch, index, time, receivedTime, value, status, position);
    this.#filling.records.number(index, status, position, time, value, receivedTime);
    if (reading.time !== undefined) duplicates.remember(index, time, value, reading.status, position);
    return undefined;
  }

  #takeText(
    source: SourceRecord,
    { receivedTime }: SourceMessage,
    reading: Reading,
    stream: Datastream,
  ): Refusal | undefined {
    const value = textResult(stream, reading);
    if (typeof value === 'object') return value;
    const { metrics } = this.#parts;
    const { duplicates, clock } = this.#memory;
    const { index } = stream;
    if (reading.time !== undefined && duplicates.isDuplicate(index, reading.time, Number.NaN, reading.status, value)) {
      metrics.duplicates++;
      source.duplicates++;
      return undefined;
    }
    const time = clock.timeOf(index, reading.time, receivedTime);
    this.#parts.sources.stored(source, stream, reading, time, receivedTime);
    const status = judgeStatus(metrics, stream, Number.NaN, reading.status, reading.time, receivedTime);
    const position = this.#positionFor(index, reading.time);
    const text = { index, time, receivedTime, value, status, position };
    this.#filling.texts.push(text);
    this.#filling.records.text(text, position);
    if (reading.time !== undefined) duplicates.remember(index, time, Number.NaN, reading.status, position, value);
    return undefined;
  }

  #positionFor(index: number, sentTime: number | undefined): number {
    const position =
      sentTime === undefined ? this.#position : this.#memory.duplicates.freePosition(index, sentTime, this.#position);
    this.#position = position + 1;
    return position;
  }

  /** Commits at once where the group is full, else when its window is over; one commit at a time. */
  #schedule(): void {
    const { size, records } = this.#filling;
    if (size >= this.#limits.maxGroup || records.length >= this.#limits.maxGroupBytes) this.#isDue = true;
    if (this.#isDue) {
      if (this.#committing === undefined) this.#commit();
    } else if (this.#cancelTimer === undefined) {
      this.#cancelTimer = this.#parts.clock.after(this.#limits.groupWindowMs, () => {
        this.#cancelTimer = undefined;
        this.#isDue = true;
        if (this.#committing === undefined) this.#commit();
      });
    }
  }

  #commit(): void {
    const group = this.#filling;
    const end = this.#position;
    this.#filling = this.#spare;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#isDue = false;
    this.#committing = this.#store(group, end).finally(() => {
      group.clear();
      this.#spare = group;
      this.#committing = undefined;
      this.#unblock();
      if (this.#isDue) this.#commit();
    });
  }

  async #store(group: CommitGroup, end: number): Promise<void> {
    const { catalogStore, journal, metrics, clock } = this.#parts;
    const started = clock.now();
    try {
      catalogStore.commit();
      await journal.write(group.records, end);
    } catch (error) {
      this.#fail(group, error);
      return;
    }
    // A group of duplicates alone asks nothing of the disk and tells nothing of it.
    if (group.size > 0) {
      metrics.commits++;
      metrics.journalFailing = 0;
      metrics.commitMs += clock.now() - started;
    }
    metrics.stored += group.size;
    metrics.duplicateWindow = this.#memory.duplicates.size;
    metrics.waiting -= group.size;
    group.resolve();
    this.#tell(group);
  }

  #tell(group: CommitGroup): void {
    try {
      this.#parts.latest.apply(group.batch, group.texts);
      for (const listener of this.#listeners) listener(group.batch, group.texts);
    } catch (error) {
      // It is stored, so a listener's mistake must not stop the ingest; it is shown to engineers.
      this.#report('listener-failed', 'live', `a listener of stored observations failed: ${String(error)}`);
    }
  }

  #fail(group: CommitGroup, error: unknown): void {
    const { metrics } = this.#parts;
    metrics.failedCommits++;
    metrics.journalFailing = 1;
    const reason = `${group.size} observations could not be stored: ${messageOf(error)}; they were not acknowledged, and their sources send them again`;
    this.#report('commit-failed', 'journal', reason);
    this.#position = this.#parts.journal.end;
    for (const failed of [group, this.#filling]) {
      metrics.waiting -= failed.size;
      for (let i = 0; i < failed.batch.count; i++) {
        const { index, time, value } = failed.batch;
        this.#forget(index[i] as number, time[i] as number, value[i] as number);
      }
      for (const { index, time, value } of failed.texts) this.#forget(index, time, Number.NaN, value);
      failed.reject(error);
      failed.clear();
    }
  }

  /** An observation did not reach the disk: it is no duplicate when it comes again. */
  #forget(index: number, time: number, value: number, text?: string): void {
    this.#memory.duplicates.forget(index, time, value, text);
    this.#parts.sources.notStored(index);
  }

  /** Takes messages that waited, in their order, as far as there is room. */
  #unblock(): void {
    while (this.#blocked.length > 0 && this.#hasRoom()) {
      const { message, resolve } = this.#blocked.shift() as Blocked;
      this.#blockedBytes -= message.payload?.length ?? 0;
      resolve(this.#take(message));
    }
  }

  #drop(message: SourceMessage, why: string): void {
    this.#parts.metrics.dropped += message.readings.length;
    this.#parts.sources.sourceOf(message).dropped += message.readings.length;
    const reason = `${message.readings.length} readings without acknowledgement (QoS 0) were dropped: ${why}`;
    this.#issue(message, { kind: 'dropped', reason });
  }

  #refuse(message: SourceMessage, refusal: Refusal | { kind: string; reason: string }): void {
    this.#parts.metrics.refused++;
    this.#issue(message, refusal);
  }

  /** A source time that no working clock gives. Either is stored as sent; the one ahead is also marked. */
  #judgeClock(message: SourceMessage, { thing, property }: Reading, time: number): void {
    const aheadMs = time - message.receivedTime;
    if (aheadMs > CLOCK_AHEAD_TOLERANCE_MS) {
      const reason = `${thing}/${property}: its time is ${(aheadMs / 1000).toFixed(1)} s ahead of ours; stored as sent and marked Uncertain, ordered by the time we received it; set the device's clock`;
      this.#issue(message, { kind: 'clock-ahead', reason });
    } else if (aheadMs < -CLOCK_BEHIND_MS) {
      const reason = `${thing}/${property}: its time ${formatInstant(time)} is more than a year before ours; stored as sent; set the device's clock, and send milliseconds where it sends seconds`;
      this.#issue(message, { kind: 'clock-behind', reason });
    }
  }

  #issue(message: SourceMessage, { kind, reason }: { kind: string; reason: string }): void {
    const { source, address, receivedTime: time } = message;
    this.report({ time, source, kind, address, firstBytes: firstBytes(message.payload), reason });
  }

  #report(kind: string, address: string, reason: string): void {
    this.report({ time: this.#parts.clock.now(), source: 'pipeline', kind, address, firstBytes: '', reason });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function stopped(): Error {
  return new Error('pipeline: stopped; send again when the service is back');
}
