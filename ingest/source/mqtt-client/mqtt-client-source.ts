import type { Clock } from '#devices/time/clock.ts';
import type { IngestMetrics } from '../../pipeline/ingest-metrics.ts';
import type { Intake, Source } from '../source.ts';
import type { BrokerAddress } from './broker-address.ts';
import { BrokerLink } from './broker-link.ts';
import { KeptSession } from './kept-session.ts';
import type { BrokerTls } from './mqtt-connection.ts';
import { DEFAULT_TOPICS, filtersFor } from './topic-filters.ts';

export interface MqttClientOptions {
  /** Each broker is read; all with the same credentials and topics. */
  readonly brokers: readonly BrokerAddress[];
  /** For `mqtts` brokers. */
  readonly tls?: BrokerTls;
  readonly user?: string;
  readonly password?: string;
  /** The session's name at the brokers. Absent: one made by chance and kept in `sessionFile`. */
  readonly clientId?: string;
  /** Holds what must stay over restarts; of this process alone. */
  readonly sessionFile: string;
  /** Name of the group whose members share the messages; absent: this process gets all. */
  readonly share?: string;
  readonly topics?: readonly string[];
  readonly version?: MqttVersion;
  /** Messages of one broker that may be unacknowledged (MQTT 5) or wait for the disk (both). */
  readonly maxInFlight?: number;
  /** Payload bytes of one broker that may wait for the disk. */
  readonly maxWaitingBytes?: number;
  /** Bytes of one MQTT packet; a bigger message is left out and reported. */
  readonly maxPacketBytes?: number;
}

export type MqttVersion = '3.1.1' | '5';

export const MQTT_CLIENT_DEFAULTS = {
  topics: DEFAULT_TOPICS,
  version: '5',
  maxInFlight: 1_000,
  maxWaitingBytes: 16 * 1_048_576,
  maxPacketBytes: 1_048_576,
} as const;

export interface MqttClientParts {
  readonly intake: Intake;
  readonly metrics: IngestMetrics;
  readonly clock: Clock;
}

/**
 * Reads external MQTT brokers (MQTT 3.1.1 and 5). A QoS 1 message is acknowledged when the intake has it on disk; what
 * the intake refuses is offered again and not acknowledged. `start` does not wait for the brokers: each is tried until
 * it is there.
 */
export class MqttClientSource implements Source {
  readonly #options: MqttClientOptions & typeof MQTT_CLIENT_DEFAULTS;
  readonly #parts: MqttClientParts;
  #links: BrokerLink[] = [];

  constructor(options: MqttClientOptions, parts: MqttClientParts) {
    this.#options = { ...MQTT_CLIENT_DEFAULTS, ...options } as MqttClientOptions & typeof MQTT_CLIENT_DEFAULTS;
    this.#parts = parts;
  }

  /** @throws {Error} where `sessionFile` cannot be read or written. */
  async start(): Promise<void> {
    const { brokers, tls = {}, user, password, sessionFile, topics, share, version } = this.#options;
    const { maxInFlight, maxWaitingBytes, maxPacketBytes } = this.#options;
    const session = new KeptSession(sessionFile);
    session.open();
    const clientId = this.#options.clientId ?? session.clientId;
    this.#links = brokers.map(
      (address) =>
        new BrokerLink({
          ...this.#parts,
          ...{ address, session, tls, user, password, clientId, maxPacketBytes, maxWaitingBytes },
          protocolVersion: version === '5' ? 5 : 4,
          filters: filtersFor(topics, share),
          receiveMaximum: maxInFlight,
          maxWaiting: maxInFlight,
          random: Math.random,
        }),
    );
    for (const link of this.#links) link.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#links.map((link) => link.stop()));
    this.#links = [];
  }
}
