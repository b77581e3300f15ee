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
 * `maxInFlight`: with groups of 3 ms on two busy cores 256 let one connection send 15,000 QoS 1 messages a second, 1,024
 * 38,000 to 58,000; another client beside it waited no longer with 1,024 than with 256.
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
