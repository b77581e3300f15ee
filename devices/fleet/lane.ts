import type { Sample, SampleGroup } from './sample-group.ts';

/** One way out of the fleet: an MQTT connection, or the OPC UA server. */
export interface Lane {
  /** Resolves when the lane is at work; it may not be connected yet. */
  start(): Promise<void>;
  /** Sends what waits, as far as the other side takes it within a moment, then closes. */
  stop(): Promise<void>;
  /**
   * Whether a sample of `group` can leave now or be kept. Where not, none is measured and no sequence number is used,
   * so that what was measured and what was published are the same.
   */
  accepts(group: SampleGroup): boolean;
  send(group: SampleGroup, sample: Sample): void;
  readonly tally: LaneTally;
}

/** Counts since the start; observations unless they say messages. */
export interface LaneTally {
  readonly name: string;
  /** Handed to the network, or waiting in the lane to be. */
  published: number;
  messages: number;
  /** Of those, the ones that the other side has promised to keep: QoS 1 and PUBACK seen. */
  acknowledged: number;
  /** Published with QoS 0, or as OPC UA values: nobody acknowledges them. */
  unacknowledgeable: number;
  /** Not measured because the lane could not take them: the broker was away, or did not keep up. */
  refused: number;
}

export function newTally(name: string): LaneTally {
  return { name, published: 0, messages: 0, acknowledged: 0, unacknowledgeable: 0, refused: 0 };
}
