import type { ThingSource } from '#devices/model/thing.ts';
import { GapLog } from './gap-log.ts';
import { RecentDelays } from './recent-delays.ts';
import { RecentRate } from './recent-rate.ts';
import { type ClockState, SourceClock } from './source-clock.ts';

/** What is known of one source since it was first heard (or since the service started). About 3 KB. */
export class SourceRecord {
  readonly protocol: ThingSource['protocol'];
  /** Who sends: MQTT client id, OPC UA endpoint, URL of an external broker; the protocol where the source cannot tell. */
  readonly sender: string;
  /** Received times, epoch ms. */
  readonly firstHeard: number;
  lastHeard: number;
  messages = 0;
  /** All readings in them, whatever became of them. */
  readings = 0;
  /** New observations: neither duplicates nor refused. */
  stored = 0;
  /** Exact duplicates, not stored again. */
  duplicates = 0;
  refused = 0;
  /** Readings without acknowledgement (QoS 0), dropped because the pipeline was full. */
  dropped = 0;
  /** Older than the newest of their datastream when they came. */
  late = 0;
  /** Without a source time: they were given the time we received them. */
  untimed = 0;
  /** Readings that the expected intervals promised and that did not come, late ones taken off again. */
  missing = 0;
  /** Values before which the OPC UA server's queue ran over: at least so many are lost. */
  overflows = 0;
  readonly delays = new RecentDelays();
  readonly rate = new RecentRate();
  readonly clock = new SourceClock();
  readonly gaps = new GapLog();
  /** What issues have said of the clock. */
  toldClock: ClockState = 'right';
  /** As of the last survey: its datastreams, those of them that are stale, the shortest expected interval (ms). */
  datastreams = 0;
  stale = 0;
  shortestMs = Number.POSITIVE_INFINITY;

  constructor(protocol: ThingSource['protocol'], sender: string, firstHeard: number) {
    this.protocol = protocol;
    this.sender = sender;
    this.firstHeard = firstHeard;
    this.lastHeard = firstHeard;
  }

  get id(): string {
    return this.sender === this.protocol ? this.protocol : `${this.protocol}:${this.sender}`;
  }
}
