import { connect, type MqttClient } from 'mqtt';
import type { PackThing } from '#devices/catalog/city-pack.ts';
import type { Clock } from '#devices/time/clock.ts';
import { type Lane, type LaneTally, newTally } from './lane.ts';
import { type Message, metaMessage, sampleMessage } from './mqtt-payload.ts';
import type { Sample, SampleGroup } from './sample-group.ts';

export interface MqttLaneOptions {
  readonly name: string;
  readonly clock: Clock;
  /** `mqtt://host:port` */
  readonly url: string;
  readonly clientId: string;
  /** Given as the password. */
  readonly accessToken?: string;
  /** Those that speak over this connection. */
  readonly things: readonly PackThing[];
  /** Told once per change of state, for the log. */
  readonly onState?: (state: LaneState) => void;
  readonly limits?: Partial<MqttLaneLimits>;
}

export type LaneState = { readonly kind: 'connected' | 'away' } | { readonly kind: 'refused'; readonly reason: string };

export interface MqttLaneLimits {
  /** QoS 1 messages published and not yet acknowledged. */
  readonly inFlight: number;
  /** QoS 1 messages that wait for their turn; when it is full, no new samples are measured. */
  readonly waiting: number;
  /** QoS 0 messages that the socket has not taken yet. */
  readonly unwritten: number;
}

/** At the natural rate a connection sends some 50 messages a second: the waiting ones bridge a broker gone for minutes. */
export const DEFAULT_MQTT_LIMITS: MqttLaneLimits = { inFlight: 256, waiting: 10_000, unwritten: 1_000 };

const RECONNECT_MS = 1_000;
const STOP_MS = 2_000;

/** Fast and of little weight one by one: sent with QoS 0. Everything else is sent with QoS 1. */
const UNIMPORTANT = new Set(['traffic-detector', 'bus-stop']);

export function qosOf(thing: PackThing): 0 | 1 {
  return UNIMPORTANT.has(thing.type ?? '') ? 0 : 1;
}

/**
 * One MQTT connection that many Things share. Each time it connects, its Things introduce themselves first (`$meta`,
 * retained, QoS 1); data follows when all introductions are acknowledged.
 */
export class MqttLane implements Lane {
  readonly tally: LaneTally;
  readonly #options: MqttLaneOptions;
  readonly #limits: MqttLaneLimits;
  #client: MqttClient | undefined;
  /** Counts connections, so that answers that belong to a lost one are told apart. */
  #session = 0;
  #introduced = 0;
  #introducing = 0;
  #waiting: Message[] = [];
  #waitingFrom = 0;
  #inFlight = 0;
  #unwritten = 0;
  #state = '';
  #onDrained: (() => void) | undefined;

  constructor(options: MqttLaneOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_MQTT_LIMITS, ...options.limits };
    this.tally = newTally(options.name);
  }

  async start(): Promise<void> {
    const { url, clientId, accessToken } = this.#options;
    const client = connect(url, {
      clientId,
      protocolVersion: 4,
      keepalive: 30,
      reconnectPeriod: RECONNECT_MS,
      reconnectOnConnackError: true,
      queueQoSZero: false,
      ...(accessToken !== undefined && { username: 'fleet', password: accessToken }),
    });
    this.#client = client;
    client.on('connect', () => this.#greet());
    client.on('close', () => this.#lose());
    client.on('error', (error) => this.#tell({ kind: 'refused', reason: error.message }));
  }

  async stop(): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    const late = Promise.withResolvers<void>();
    const cancel = this.#options.clock.after(STOP_MS, late.resolve);
    if (client.connected && this.#unsent > 0) {
      const drained = Promise.withResolvers<void>();
      this.#onDrained = drained.resolve;
      await Promise.race([drained.promise, late.promise]);
    }
    this.#client = undefined;
    await Promise.race([client.endAsync(!client.connected || this.#inFlight > 0), late.promise]);
    client.stream?.destroy();
    cancel();
  }

  accepts(group: SampleGroup): boolean {
    const ready =
      qosOf(group.thing) === 0
        ? this.#speaking && this.#unwritten < this.#limits.unwritten
        : this.#waitingCount < this.#limits.waiting && this.#session > 0;
    if (!ready) this.tally.refused += group.streams.length;
    return ready;
  }

  send(group: SampleGroup, sample: Sample): void {
    const message = sampleMessage(group.thing.id, sample);
    if (qosOf(group.thing) === 0) {
      this.#fling(message);
    } else {
      this.#waiting.push(message);
      this.#pump();
    }
  }

  get #speaking(): boolean {
    return this.#client?.connected === true && this.#introduced === this.#options.things.length;
  }

  get #waitingCount(): number {
    return this.#waiting.length - this.#waitingFrom;
  }

  get #unsent(): number {
    return this.#waitingCount + this.#inFlight;
  }

  #greet(): void {
    this.#session++;
    this.#introduced = 0;
    this.#introducing = 0;
    this.#unwritten = 0;
    this.#tell({ kind: 'connected' });
    this.#pump();
  }

  #lose(): void {
    this.#unwritten = 0;
    this.#introduced = 0;
    this.#introducing = 0;
    this.#tell({ kind: 'away' });
  }

  #fling(message: Message): void {
    const session = this.#session;
    this.#count(message, 1);
    this.tally.unacknowledgeable += message.observations;
    this.#unwritten++;
    this.#client?.publish(message.topic, message.payload, { qos: 0 }, () => {
      if (session === this.#session && this.#unwritten > 0) this.#unwritten--;
    });
  }

  /** Sends introductions, then what waits, as far as the window allows. */
  #pump(): void {
    const client = this.#client;
    if (client === undefined || !client.connected) return;
    const { things } = this.#options;
    while (this.#inFlight < this.#limits.inFlight && this.#introducing < things.length) {
      this.#introduce(client, things[this.#introducing++] as PackThing);
    }
    while (this.#speaking && this.#inFlight < this.#limits.inFlight && this.#waitingCount > 0) {
      this.#publish(client, this.#waiting[this.#waitingFrom++] as Message);
    }
    if (this.#unsent === 0) this.#onDrained?.();
    if (this.#waitingFrom === this.#waiting.length || this.#waitingFrom > 1024) {
      this.#waiting.splice(0, this.#waitingFrom);
      this.#waitingFrom = 0;
    }
  }

  #introduce(client: MqttClient, thing: PackThing): void {
    const session = this.#session;
    const { topic, payload } = metaMessage(thing);
    this.#inFlight++;
    client.publish(topic, payload, { qos: 1, retain: true }, (error) => {
      this.#inFlight--;
      if (!error && session === this.#session) this.#introduced++;
      this.#pump();
    });
  }

  #publish(client: MqttClient, message: Message): void {
    this.#inFlight++;
    this.#count(message, 1);
    client.publish(message.topic, message.payload, { qos: 1 }, (error) => {
      this.#inFlight--;
      if (error) this.#takeBack(message);
      else this.tally.acknowledged += message.observations;
      this.#pump();
    });
  }

  /** The connection closed before the client kept the message for sending again: it waits for its turn once more. */
  #takeBack(message: Message): void {
    this.#count(message, -1);
    this.#waiting.splice(this.#waitingFrom, 0, message);
  }

  #count(message: Message, times: 1 | -1): void {
    this.tally.published += times * message.observations;
    this.tally.messages += times;
  }

  #tell(state: LaneState): void {
    const key = JSON.stringify(state);
    if (key === this.#state) return;
    this.#state = key;
    this.#options.onState?.(state);
  }
}
