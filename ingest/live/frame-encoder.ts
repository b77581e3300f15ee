import { createBatch, type ObservationBatch, type TextObservation } from '#devices/model/observation-batch.ts';
import { encodeFrame } from '#devices/wire/frame.ts';
import type { ChangeLog } from './change-log.ts';
import type { LatestTable } from './latest-table.ts';
import type { LiveMetrics } from './live-limits.ts';

/** Where `sequence` stands in a frame (devices/wire/frame.ts). */
const SEQUENCE_AT = 16;

/** A frame without its sequence: viewers that are in step share it. */
export interface SharedFrame {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Observations in it, texts included. */
  readonly count: number;
}

/**
 * Turns "what changed since version N" into frames. Viewers that were last sent the same version and see the whole
 * city get the same bytes, encoded once; only the sequence differs.
 */
export class FrameEncoder {
  readonly #table: LatestTable;
  readonly #changes: ChangeLog;
  readonly #shared = new Map<string, SharedFrame>();
  #sharedVersion = -1;
  #sharedTime = Number.NaN;
  #dirty = new Uint32Array(0);
  #scratch: ObservationBatch = createBatch(0);
  #texts: TextObservation[] = [];
  readonly #metrics: LiveMetrics;

  constructor(table: LatestTable, changes: ChangeLog, metrics: LiveMetrics) {
    this.#table = table;
    this.#changes = changes;
    this.#metrics = metrics;
  }

  /** What changed after `since` in the whole city (`among` undefined) or among some ascending indexes. */
  frame(kind: 'snapshot' | 'delta', since: number, among: Uint32Array | undefined, time: number): SharedFrame {
    if (among !== undefined) return this.#encode(kind, since, among, time);
    if (this.#sharedVersion !== this.#changes.version || this.#sharedTime !== time) {
      this.#shared.clear();
      this.#sharedVersion = this.#changes.version;
      this.#sharedTime = time;
    }
    const key = `${kind} ${since}`;
    const known = this.#shared.get(key);
    if (known !== undefined) return known;
    const frame = this.#encode(kind, since, undefined, time);
    this.#shared.set(key, frame);
    return frame;
  }

  #encode(kind: 'snapshot' | 'delta', since: number, among: Uint32Array | undefined, time: number): SharedFrame {
    const { size } = this.#table;
    if (this.#dirty.length < size) this.#dirty = new Uint32Array(size * 2);
    const dirty =
      among === undefined
        ? this.#changes.changedSince(since, this.#dirty)
        : this.#changes.changedAmong(among, since, this.#dirty);
    this.#gather(dirty);
    this.#metrics.framesEncoded++;
    const bytes = encodeFrame({ kind, sequence: 0, time, batch: this.#scratch, texts: this.#texts });
    return { bytes, count: dirty };
  }

  /** Copies the dirty entries of the table into the scratch columns. No allocation per observation but for texts. */
  #gather(count: number): void {
    if (this.#scratch.index.length < count) this.#scratch = createBatch(count * 2);
    const { time, receivedTime, value, status, texts } = this.#table;
    const out = this.#scratch;
    const hasTexts = texts.size > 0;
    let numbers = 0;
    this.#texts.length = 0;
    for (let i = 0; i < count; i++) {
      const index = this.#dirty[i] as number;
      const text = hasTexts ? texts.get(index) : undefined;
      if (text !== undefined && text.time === time[index] && text.receivedTime === receivedTime[index]) {
        this.#texts.push(text);
        continue;
      }
      out.index[numbers] = index;
      out.time[numbers] = time[index] as number;
      out.receivedTime[numbers] = receivedTime[index] as number;
      out.value[numbers] = value[index] as number;
      out.status[numbers] = status[index] as number;
      numbers++;
    }
    out.count = numbers;
  }
}

/** The frame as one connection gets it. A copy: the shared bytes go to others too. */
export function withSequence(frame: Uint8Array<ArrayBuffer>, sequence: number): Uint8Array<ArrayBuffer> {
  const copy = frame.slice();
  new DataView(copy.buffer).setUint32(SEQUENCE_AT, sequence, true);
  return copy;
}
