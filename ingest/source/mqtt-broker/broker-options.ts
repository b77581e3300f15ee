import type { Clock } from '#devices/time/clock.ts';
import type { IngestMetrics } from '../../pipeline/ingest-metrics.ts';
import type { Intake } from '../source.ts';
import type { ConnectionBounds } from './connection-table.ts';
import type { PacketGateBounds } from './packet-gate.ts';
import type { TlsFiles } from './tls-files.ts';

export interface MqttBrokerOptions extends Partial<BrokerBounds> {
  readonly host: string;
  /** 0: a free one; `port` says which. */
  readonly port: number;
  /** A second, encrypted port. */
  readonly tls?: TlsFiles & { readonly host: string; readonly port: number };
  /** Whoever gives it as the password may do everything. */
  readonly accessToken?: string;
  /** Who else may come in, and what they may do. Absent: without an access token everybody may do everything. */
  readonly accountsFile?: string;
  /** Keeps retained messages; absent: they live as long as the broker. */
  readonly retainedFile?: string;
}

export interface BrokerBounds extends ConnectionBounds, PacketGateBounds {
  /** A connection that has not finished its TLS handshake, or then its CONNECT, after this time is closed, ms. */
  readonly connectTimeoutMs: number;
  /** A client that leaves a packet unfinished for so long is closed, ms. */
  readonly packetTimeoutMs: number;
  readonly maxSubscriptions: number;
  /** Bytes handed to one subscriber at a time, beyond which it misses messages until it has taken them. */
  readonly maxSubscriberBytes: number;
  readonly maxRetainedTopics: number;
  /** Of retained payloads and their topics. */
  readonly maxRetainedBytes: number;
}

/**
 * Measured beside a client that floods small messages, groups of 3 ms, on two cores that others used too: a calm QoS 1
 * client waited 2.5 ms (p50; 2.2 alone), at most 110 to 130 ms, and the flood itself got 100,000 acknowledgements a second.
 * With `maxPerTurn` 256 it waited 5 ms. Without the gate: QoS 1 15 ms and 16,000 a second; QoS 0 stalled it for up to
 * 2 s and took 790 MB instead of 230.
 */
export const MQTT_BROKER_DEFAULTS: BrokerBounds = {
  maxPacketBytes: 1_048_576,
  maxConnectBytes: 16_384,
  maxClients: 5_000,
  maxClientsPerAddress: 2_500,
  maxWaiting: 1_000,
  maxWaitingPerAddress: 200,
  maxInFlight: 1_024,
  maxPerTurn: 64,
  connectTimeoutMs: 10_000,
  packetTimeoutMs: 60_000,
  maxSubscriptions: 1_000,
  maxSubscriberBytes: 4 * 1_048_576,
  maxRetainedTopics: 100_000,
  maxRetainedBytes: 64 * 1_048_576,
};

export interface MqttBrokerParts {
  readonly intake: Intake;
  readonly metrics: IngestMetrics;
  readonly clock: Clock;
}
