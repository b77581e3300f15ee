import type { IPublishPacket } from 'mqtt-packet';
import type { IngestMetrics } from '../../pipeline/ingest-metrics.ts';
import { mqttIssue, readMqttMessage } from '../mqtt-message.ts';
import type { Intake, SourceMessage } from '../source.ts';
import { Acknowledgements, type Delivery } from './acknowledgements.ts';
import type { BrokerTrouble } from './broker-trouble.ts';
import type { KeptSession } from './kept-session.ts';
import { MqttConnection, type MqttConnectionOptions } from './mqtt-connection.ts';
import type { LargeMessage } from './packet-gate.ts';
import { PatientIntake } from './patient-intake.ts';

export interface BrokerLinkOptions extends Omit<MqttConnectionOptions, 'staleFilters'> {
  readonly session: KeptSession;
  /** Messages that may wait for the disk; beyond, nothing is read from the network until there is room. */
  readonly maxWaiting: number;
  /** The same in payload bytes. */
  readonly maxWaitingBytes: number;
  readonly intake: Intake;
  readonly metrics: IngestMetrics;
  /** From 0 inclusive to 1 exclusive: spreads the attempts of many processes. */
  readonly random: () => number;
}

/** Between two attempts to connect, ms: doubled from the first to the longest, and each between half of that and all of it. */
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;
const NO_BYTES = new Uint8Array(0);

/**
 * One external broker: connects, hands in what comes, acknowledges what is stored, and connects again for ever. The
 * session is the broker's to keep, so that what is published while we are away comes afterwards.
 */
export class BrokerLink {
  readonly #options: BrokerLinkOptions;
  readonly #acknowledgements = new Acknowledgements();
  readonly #patient: PatientIntake;
  #connection: MqttConnection | undefined;
  #isPaused = false;
  #isStopping = false;
  #running: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #retryMs = FIRST_RETRY_MS;
  /** Epoch ms since when the broker is away, and what was told of it; undefined while all is well. */
  #outage: { readonly since: number; readonly told: Set<string> } | undefined;
  #hadSession = false;
  /** What of the gauge, which several links share, is this one's. */
  #counted = 0;

  constructor(options: BrokerLinkOptions) {
    this.#options = options;
    const { intake, clock } = options;
    this.#patient = new PatientIntake({
      intake,
      clock,
      onRefused: (error) => this.#reportRefused(error),
      onRoom: () => this.#regulate(),
    });
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Stops reading, waits for what is under way, acknowledges it and says goodbye. What is left the broker sends again. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#connection?.pause();
    await this.#patient.stop();
    this.#acknowledgements.flush();
    this.#connection?.close();
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let attempts = 0; !this.#isStopping; attempts++) {
      if (attempts > 0) this.#options.metrics.mqttExternalReconnects++;
      const trouble = await this.#attempt();
      if (this.#isStopping) return;
      if (trouble !== undefined) this.#reportAway(trouble);
      await this.#pause();
    }
  }

  /** One connection from its beginning to its end; never rejects. The answer is what ended it. */
  async #attempt(): Promise<BrokerTrouble | undefined> {
    const { metrics, clock, address, session, filters } = this.#options;
    const before = session.filtersOf(address.url);
    // Before it is subscribed, or a crash would leave a subscription that nobody knows of.
    this.#keepFilters([...new Set([...before, ...filters])]);
    const staleFilters = before.filter((filter) => !filters.includes(filter));
    const connection = new MqttConnection(
      { ...this.#options, staleFilters },
      {
        onConnected: (isSameSession) => this.#begin(connection, isSameSession),
        onMessage: (packet) => this.#take(packet),
        onLargeMessage: (message) => this.#leaveOut(message),
        onNotSubscribed: (filter, trouble) => this.#report('mqtt-not-subscribed', `${filter}: ${trouble.message}`),
      },
    );
    this.#connection = connection;
    let cancelCalm = () => {};
    try {
      await connection.open();
      if (connection.isUnsubscribed) this.#keepFilters(filters);
      metrics.mqttExternalConnected++;
      this.#reportBack();
      // One that closes at once is not to be asked more and more often.
      cancelCalm = clock.after(LONGEST_RETRY_MS, () => {
        this.#retryMs = FIRST_RETRY_MS;
      });
      const trouble = await connection.ended;
      metrics.mqttExternalConnected--;
      return trouble;
    } catch (trouble) {
      return trouble as BrokerTrouble;
    } finally {
      cancelCalm();
      this.#connection = undefined;
      this.#acknowledgements.detach();
      this.#count();
    }
  }

  #keepFilters(filters: readonly string[]): void {
    const { session, address } = this.#options;
    try {
      session.keepFilters(address.url, filters);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#report(
        'mqtt-session-not-kept',
        `what we are subscribed to could not be written down: ${why}; see the disk`,
      );
    }
  }

  #begin(connection: MqttConnection, isSameSession: boolean): void {
    this.#acknowledgements.attach((deliveries) => {
      connection.acknowledge(deliveries);
      this.#count();
    }, isSameSession);
    if (this.#hadSession && !isSameSession) {
      const reason =
        'the broker no longer knew our session: what was published while the connection was away is lost there; let the broker keep sessions on disk and for longer';
      this.#report('mqtt-session-lost', reason);
    }
    this.#hadSession = true;
    this.#isPaused = false;
    this.#regulate();
  }

  #take(packet: IPublishPacket): void {
    const { metrics } = this.#options;
    const payload = packet.payload as Buffer;
    metrics.mqttExternalMessages++;
    metrics.mqttExternalBytes += payload.length;
    if (packet.qos === 0) {
      this.#patient.store(this.#read(packet, payload), () => {});
    } else {
      const { topic, messageId = 0, qos } = packet;
      const delivery: Delivery = { messageId, qos, topic, payload, isStored: false };
      if (!this.#acknowledgements.isRepetition(delivery, packet.dup)) {
        this.#acknowledgements.add(delivery);
        this.#patient.store(this.#read(packet, payload), () => this.#acknowledgements.stored(delivery));
      }
    }
    this.#regulate();
  }

  /** Too large to be taken: acknowledged in its place like any other that cannot be used, or it would come for ever. */
  #leaveOut({ topic, qos, messageId, bytes }: LargeMessage): void {
    const { intake, clock, metrics, maxPacketBytes } = this.#options;
    metrics.mqttExternalMessages++;
    const reason = `${bytes} bytes, ${maxPacketBytes} are possible; the message was left out; split it`;
    intake.report(mqttIssue(clock.now(), 'too-large', topic, reason));
    if (qos === 0) return;
    const delivery: Delivery = { messageId, qos, topic, payload: NO_BYTES, isStored: false };
    this.#acknowledgements.add(delivery);
    this.#acknowledgements.stored(delivery);
  }

  #read({ topic, qos, retain }: IPublishPacket, payload: Buffer): SourceMessage {
    const { intake, metrics, clock, address } = this.#options;
    const { message, issues } = readMqttMessage(topic, payload, clock.now(), qos === 0);
    for (const issue of issues) intake.report(issue);
    if (!retain) return { ...message, sender: address.url };
    // What a broker had kept is old, nobody knows how old: without a time of its own it is no observation of now.
    const readings = message.readings.filter(({ time }) => time !== undefined);
    metrics.mqttExternalRetainedSkipped += message.readings.length - readings.length;
    return { ...message, readings, sender: address.url };
  }

  /** Reads on, or not: a broker is held back by not reading. */
  #regulate(): void {
    this.#count();
    const { maxWaiting, maxWaitingBytes } = this.#options;
    const { waiting, waitingBytes } = this.#patient;
    const isFull = waiting >= maxWaiting || waitingBytes >= maxWaitingBytes;
    // Half of it again before it goes on, or each message would stop and start it.
    const hasRoom = waiting <= maxWaiting / 2 && waitingBytes <= maxWaitingBytes / 2;
    if (this.#isStopping || (this.#isPaused ? !hasRoom : !isFull)) return;
    this.#isPaused = !this.#isPaused;
    if (this.#isPaused) this.#connection?.pause();
    else this.#connection?.resume();
  }

  #count(): void {
    const now = this.#acknowledgements.inFlight;
    this.#options.metrics.mqttExternalInFlight += now - this.#counted;
    this.#counted = now;
  }

  async #pause(): Promise<void> {
    const { clock, random } = this.#options;
    const ms = this.#retryMs * (0.5 + random() / 2);
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
    await new Promise<void>((resolve) => {
      const cancel = clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  /** Each trouble is told once in an outage, however many attempts meet it. */
  #reportAway(trouble: BrokerTrouble): void {
    this.#outage ??= { since: this.#options.clock.now(), told: new Set() };
    if (this.#outage.told.has(trouble.code)) return;
    this.#outage.told.add(trouble.code);
    this.#report('mqtt-broker-away', trouble.message);
  }

  #reportBack(): void {
    if (this.#outage === undefined) return;
    const seconds = Math.round((this.#options.clock.now() - this.#outage.since) / 1_000);
    this.#outage = undefined;
    this.#report('mqtt-broker-back', `connected again after ${seconds} s`);
  }

  #reportRefused(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.#report(
      'mqtt-not-stored',
      `messages could not be stored: ${why}; they are not acknowledged, and offered again until they are stored`,
    );
  }

  #report(kind: string, reason: string): void {
    const { intake, clock, address } = this.#options;
    intake.report(mqttIssue(clock.now(), kind, address.url, `${address.url}: ${reason}`));
  }
}
