import { mqttIssue } from '../mqtt-message.ts';
import type { MqttBrokerParts } from './broker-options.ts';

/** Tells engineers what the broker did not take, and why. */
export class BrokerReports {
  readonly #parts: MqttBrokerParts;

  constructor(parts: MqttBrokerParts) {
    this.#parts = parts;
  }

  /** @param address A client id, an address or a topic. @param reason One sentence: what, which, why, what to do. */
  tell(kind: string, address: string, reason: string, payload?: Uint8Array): void {
    this.#parts.intake.report(mqttIssue(this.#parts.clock.now(), kind, address, reason, payload));
  }

  /** A connection that was refused or closed by us. */
  refuse(kind: string, address: string, reason: string): void {
    this.#parts.metrics.mqttRefused++;
    this.tell(kind, address, reason);
  }
}
