import type { AedesOptions, Client, PublishPacket, Subscription } from 'aedes';
import { readMqttMessage } from '../mqtt-message.ts';
import type { BrokerConnection } from './broker-connection.ts';
import type { BrokerBounds, MqttBrokerParts } from './broker-options.ts';
import type { BrokerReports } from './broker-reports.ts';
import type { CleanSessions } from './clean-sessions.ts';
import type { RetainedMessages } from './retained-messages.ts';
import { MAX_FILTER_LENGTH } from './topic-filter.ts';

type Hooks = Required<Pick<AedesOptions, 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'>>;
type Done = (error?: Error | null) => void;

export interface BrokerMessagesParts extends MqttBrokerParts {
  readonly bounds: BrokerBounds;
  readonly retained: RetainedMessages;
  readonly sessions: CleanSessions;
  readonly reports: BrokerReports;
  readonly connectionOf: (client: Client) => BrokerConnection;
}

const SYS_PREFIX = '$SYS/';
/** Where a QoS 0 message goes that may not be published: aedes can only pass it on or close the connection. */
const NOWHERE = '$nowhere';

/** How often a subscriber that misses messages is told of, ms. */
const SLOW_TELLING_MS = 60_000;

/** What aedes asks about messages: may it be published, may it be subscribed to, may it be forwarded. */
export class BrokerMessages {
  readonly #parts: BrokerMessagesParts;
  /** Messages handed to the intake and not yet answered. */
  #inFlight = 0;
  #whenIdle: (() => void) | undefined;
  /** Turns of the event loop in which messages were forwarded. */
  #turn = 0;
  #isTurnEnding = false;

  constructor(parts: BrokerMessagesParts) {
    this.#parts = parts;
  }

  /** Resolves when nothing is under way any more, and what was is acknowledged. */
  idle(): Promise<void> {
    if (this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenIdle = resolve;
    });
  }

  /**
   * aedes' only hook before the PUBACK; its error closes the connection unacknowledged. Also called for Wills, whose client
   * is gone, and for QoS 2 messages that came before.
   */
  readonly authorizePublish: Hooks['authorizePublish'] = (client, packet, done) => {
    const connection = client === null ? undefined : this.#parts.connectionOf(client);
    if (packet.topic.startsWith(SYS_PREFIX)) done(new Error(`${SYS_PREFIX} topics are the broker's own`));
    else if (client === null || connection === undefined) done(new Error('a message of nobody'));
    else if (connection.identity?.rights.mayPublish(packet.topic) !== true) {
      this.#deny(client, connection, packet, done);
    } else if (packet.qos === 2) this.#unlessSentBefore(client, connection, packet, done);
    else this.#handOver(client, connection, packet, done);
  };

  readonly authorizeSubscribe: Hooks['authorizeSubscribe'] = (client, subscription, done) => {
    const connection = this.#parts.connectionOf(client);
    const refusal = this.#whyNotSubscribe(client, connection, subscription);
    if (refusal === undefined) {
      connection.filters.add(subscription.topic);
      done(null, subscription);
      return;
    }
    if (refusal !== 'told') {
      this.#parts.metrics.mqttDenied++;
      this.#parts.reports.tell('subscribe-denied', client.id, refusal);
    }
    // SUBACK with 0x80 for this filter.
    done(null, null);
  };

  /** A subscriber that does not read misses messages; it must not hold up the others. */
  readonly authorizeForward: Hooks['authorizeForward'] = (client, packet) => {
    if (packet.topic === NOWHERE) return null;
    // Retained messages for a new subscription come one by one, each when the one before is gone.
    if (packet.retain) return packet;
    const connection = this.#parts.connectionOf(client);
    const bytes = packet.topic.length + packet.payload.length;
    const { bounds, metrics, clock } = this.#parts;
    if (connection.mayBeSent(bytes, this.#thisTurn(), bounds.maxSubscriberBytes)) return packet;
    metrics.mqttSkipped++;
    const now = clock.now();
    if (now - connection.slowToldAt >= SLOW_TELLING_MS) {
      connection.slowToldAt = now;
      const reason = `client ${client.id} does not read as fast as messages come, and misses some; let it subscribe to less, or read faster`;
      this.#parts.reports.tell('slow-subscriber', client.id, reason);
    }
    return null;
  };

  /**
   * MQTT 3.1.1 cannot refuse one message. A PUBACK for one that is dropped would be a lie, so a QoS 1 or 2 message closes
   * the connection unacknowledged (MQTT-3.3.5-2 allows just these two, and AWS IoT does the same). Nobody waits for a QoS 0
   * message: it is dropped.
   */
  #deny(client: Client, { identity }: BrokerConnection, packet: PublishPacket, done: Done): void {
    this.#parts.metrics.mqttDenied++;
    const { topic, payload, qos } = packet;
    const what = qos === 0 ? 'the message was dropped' : 'the message was not taken and the connection closed';
    const reason = `user ${identity?.user} (client ${client.id}) may not publish to ${topic.slice(0, 200)}; ${what}; add the topic to the account's publish list, or let the client not send it`;
    this.#parts.reports.tell('publish-denied', topic, reason, Buffer.from(payload));
    if (qos > 0) {
      this.#parts.connectionOf(client).isToldOf = true;
      done(new Error('publish denied'));
      return;
    }
    packet.topic = NOWHERE;
    packet.retain = false;
    done(null);
  }

  /** aedes asks before it looks whether a QoS 2 message is a repetition; such a one is on disk already. */
  #unlessSentBefore(client: Client, connection: BrokerConnection, packet: PublishPacket, done: Done): void {
    this.#parts.sessions.incomingGetPacket(client, packet).then(
      () => done(null),
      () => this.#handOver(client, connection, packet, done),
    );
  }

  #handOver(client: Client, connection: BrokerConnection, packet: PublishPacket, done: Done): void {
    const { intake, metrics, clock } = this.#parts;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    metrics.mqttMessages++;
    metrics.mqttBytes += payload.length;
    const { message, issues } = readMqttMessage(packet.topic, payload, clock.now(), packet.qos === 0, client.id);
    for (const issue of issues) intake.report(issue);
    this.#inFlight++;
    connection.gate?.enter();
    const retained = packet.retain ? this.#retain(packet, payload) : undefined;
    const accepted = intake.accept(message);
    // A retained message is promised to later subscribers too.
    const taken = retained === undefined ? accepted : Promise.all([accepted, retained]);
    const settled = taken.finally(() => this.#settle(connection));
    if (packet.qos === 0) {
      settled.catch(() => {
        // Nobody waits for a QoS 0 message; the intake has counted it.
      });
      done(null);
    } else {
      // Also for a message with nothing in it, so that PUBACKs keep the order of their messages.
      connection.answers.answerWhen(settled, done);
    }
  }

  #retain(packet: PublishPacket, payload: Buffer): Promise<void> | undefined {
    const { retained, metrics, reports, bounds } = this.#parts;
    const kept = retained.keep({ topic: packet.topic, payload, qos: packet.qos });
    if (kept === undefined) {
      packet.retain = false;
      const reason = `${packet.topic} was delivered but not retained: the broker keeps ${bounds.maxRetainedTopics} topics and ${bounds.maxRetainedBytes} bytes; retain less`;
      reports.tell('retained-full', packet.topic, reason);
      return undefined;
    }
    metrics.mqttRetained = retained.topics;
    metrics.mqttRetainedBytes = retained.bytes;
    return kept.catch((error: Error) => {
      const reason = `${packet.topic} could not be retained on disk: ${error.message}; it was not acknowledged; check the disk`;
      reports.tell('retained-failed', packet.topic, reason);
      throw error;
    });
  }

  /** 'told': engineers know of this client. */
  #whyNotSubscribe(client: Client, connection: BrokerConnection, { topic }: Subscription): string | undefined {
    const { maxSubscriptions } = this.#parts.bounds;
    const { filters, identity } = connection;
    if (topic.length > MAX_FILTER_LENGTH) {
      return `client ${client.id}: a topic filter of ${topic.length} characters was refused; ${MAX_FILTER_LENGTH} are possible`;
    }
    if (identity?.rights.maySubscribe(topic) !== true) {
      return `user ${identity?.user} (client ${client.id}) may not subscribe to ${topic.slice(0, 200)}; add it to the account's subscribe list, or let the client ask for less`;
    }
    if (filters.has(topic) || filters.size < maxSubscriptions) return undefined;
    if (connection.isFullTold) return 'told';
    connection.isFullTold = true;
    return `client ${client.id} has ${maxSubscriptions} subscriptions, more are refused; let it use wildcards`;
  }

  #settle({ gate }: BrokerConnection): void {
    this.#inFlight--;
    gate?.leave();
    // After the acknowledgement, which is written when the same promise is settled.
    if (this.#inFlight === 0 && this.#whenIdle !== undefined) setImmediate(this.#whenIdle);
  }

  #thisTurn(): number {
    if (!this.#isTurnEnding) {
      this.#isTurnEnding = true;
      setImmediate(() => {
        this.#turn++;
        this.#isTurnEnding = false;
      });
    }
    return this.#turn;
  }
}
