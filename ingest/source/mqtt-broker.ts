import type { Clock } from '#devices/time/clock.ts';
import type { IngestMetrics } from '../pipeline/ingest-metrics.ts';
import type { Intake, Source } from './source.ts';

export interface MqttBrokerOptions {
  readonly host: string;
  /** 0: a free one; `port` says which. */
  readonly port: number;
  /** Clients must give it as their password; absent: everybody may connect. */
  readonly accessToken?: string;
  /** Bytes of one MQTT packet; a bigger one closes its connection. */
  readonly maxPacketBytes?: number;
  readonly maxClients?: number;
  /** A connection that has not said CONNECT after this time is closed. */
  readonly connectTimeoutMs?: number;
}

export interface MqttBrokerParts {
  readonly intake: Intake;
  readonly metrics: IngestMetrics;
  readonly clock: Clock;
}

export class MqttBroker implements Source {
  constructor(_options: MqttBrokerOptions, _parts: MqttBrokerParts) {}

  /** The port it listens on, once started. */
  get port(): number {
    throw new Error('not yet');
  }

  start(): Promise<void> {
    throw new Error('not yet');
  }

  stop(): Promise<void> {
    throw new Error('not yet');
  }
}
