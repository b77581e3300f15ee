import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import {
  generate,
  type IConnackPacket,
  type IPublishPacket,
  type ISubackPacket,
  type Packet,
  parser,
} from 'mqtt-packet';
import type { Clock } from '#devices/time/clock.ts';
import type { Delivery } from './acknowledgements.ts';
import type { BrokerAddress } from './broker-address.ts';
import { BrokerTrouble, goodbye, lost, refusal, socketTrouble, type TroubleContext } from './broker-trouble.ts';
import { type LargeMessage, PacketGate } from './packet-gate.ts';

/** PEM texts. */
export interface BrokerTls {
  /** The authorities to trust in place of the well-known ones. */
  readonly ca?: string;
  /** Our own certificate and its key, for brokers that ask for one. */
  readonly cert?: string;
  readonly key?: string;
}

export interface MqttConnectionOptions {
  readonly address: BrokerAddress;
  readonly tls: BrokerTls;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly clientId: string;
  /** 4 is MQTT 3.1.1. */
  readonly protocolVersion: 4 | 5;
  readonly filters: readonly string[];
  /** Filters that the session still has and that are no longer wanted. */
  readonly staleFilters: readonly string[];
  /** Messages that the broker may send before it must wait for an acknowledgement (MQTT 5). */
  readonly receiveMaximum: number;
  /** A message of more bytes is left out; any other packet of more closes the connection. */
  readonly maxPacketBytes: number;
  readonly clock: Clock;
}

/** What a connection tells. */
export interface MqttConnectionEvents {
  /** The broker let us in. `isSameSession`: it knows us from before. Comes before any message. */
  onConnected(isSameSession: boolean): void;
  onMessage(packet: IPublishPacket): void;
  /** A message that was too large to be looked at. */
  onLargeMessage(message: LargeMessage): void;
  /** The answer to a subscription that was refused. */
  onNotSubscribed(filter: string, trouble: BrokerTrouble): void;
}

/** From the start until it is subscribed, ms. */
const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_S = 30;
const WATCH_MS = 1_000;
/** How long a broker keeps the session of a process that is away, seconds; MQTT 3.1.1 leaves it to the broker. */
const SESSION_EXPIRY_S = 7 * 86_400;
/** What a broker that sends and never reads may make us keep, bytes. */
const MAX_UNSENT_BYTES = 1_048_576;
/** How long a polite goodbye may take. */
const GOODBYE_MS = 2_000;
const SUBSCRIBE_ID = 1;
const UNSUBSCRIBE_ID = 2;
const REFUSED = 0x80;

/**
 * One network connection to a broker, MQTT 3.1.1 or 5, from CONNECT to its end: subscribes at QoS 1, hands every message
 * up, and acknowledges only what it is told to (see docs/adr/0007). The socket can be paused, which is how a broker is
 * held back that has no receive maximum. Whatever the other side sends, it ends in a BrokerTrouble and never throws.
 */
export class MqttConnection {
  readonly #options: MqttConnectionOptions;
  readonly #events: MqttConnectionEvents;
  readonly #context: TroubleContext;
  readonly #parser: ReturnType<typeof parser>;
  readonly #gate: PacketGate;
  readonly #subscribed = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<BrokerTrouble | undefined>();
  readonly #cancels: (() => void)[] = [];
  #socket: Socket | undefined;
  #isOver = false;
  #isConnected = false;
  #isSubscribed = false;
  #isUnsubscribed = false;
  #keepAliveMs = KEEP_ALIVE_S * 1_000;
  #lastSent = 0;
  #lastHeard = 0;

  constructor(options: MqttConnectionOptions, events: MqttConnectionEvents) {
    this.#options = options;
    this.#events = events;
    this.#context = options;
    this.#parser = parser({ protocolVersion: options.protocolVersion });
    this.#gate = new PacketGate(options.maxPacketBytes, {
      pass: (bytes) => this.#parser.parse(bytes),
      leftOut: (message) => this.#leaveOut(message),
    });
    this.#parser.on('packet', (packet) => this.#take(packet));
    this.#parser.on('error', (error) => this.#end(this.#notMqtt(error)));
    // Who does not wait for it learns it from `ended`.
    this.#subscribed.promise.catch(() => {});
  }

  /** Resolves when it is over: with the trouble that ended it, or undefined where `close` did. */
  get ended(): Promise<BrokerTrouble | undefined> {
    return this.#ended.promise;
  }

  /** Whether the session has no filter any more that is not wanted. */
  get isUnsubscribed(): boolean {
    return this.#isUnsubscribed;
  }

  /** Resolves when the broker has answered the subscriptions. @throws {BrokerTrouble} */
  open(): Promise<void> {
    const { clock } = this.#options;
    this.#lastHeard = clock.now();
    this.#cancels.push(
      clock.after(CONNECT_TIMEOUT_MS, () => {
        if (!this.#isSubscribed && this.#socket?.isPaused() !== true) this.#end(this.#silent(CONNECT_TIMEOUT_MS));
      }),
    );
    try {
      this.#socket = this.#openSocket();
    } catch (error) {
      this.#end(socketTrouble(error as Error, this.#context));
    }
    return this.#subscribed.promise;
  }

  /** Takes nothing more from the network until `resume`. */
  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    if (this.#socket?.isPaused() !== true) return;
    this.#lastHeard = this.#options.clock.now();
    this.#socket.resume();
  }

  /** PUBACK for QoS 1, PUBREC for 2, in one write. */
  acknowledge(deliveries: readonly Delivery[]): void {
    const bytes = Buffer.allocUnsafe(deliveries.length * 4);
    deliveries.forEach(({ messageId, qos }, at) => {
      // Fixed header, remaining length 2, packet identifier; success needs no more, in MQTT 5 neither (§3.4.2.1).
      bytes.writeUInt16BE(qos === 1 ? 0x4002 : 0x5002, at * 4);
      bytes.writeUInt16BE(messageId, at * 4 + 2);
    });
    this.#write(bytes);
  }

  /** Says goodbye and closes; what was written before still goes out. */
  close(): void {
    if (this.#isConnected) this.#send({ cmd: 'disconnect', reasonCode: 0 });
    this.#end(undefined);
  }

  #openSocket(): Socket {
    const { address, tls } = this.#options;
    const { host, port } = address;
    const socket = address.isTls
      ? connectTls({
          host,
          port,
          // SNI knows names only; the certificate is checked against `host` in any case.
          ...(isIP(host) === 0 && { servername: host }),
          ...tls,
          // Said aloud, because NODE_TLS_REJECT_UNAUTHORIZED=0 would change the default.
          rejectUnauthorized: true,
        })
      : connectTcp({ host, port });
    socket.setNoDelay(true);
    socket.on(address.isTls ? 'secureConnect' : 'connect', () => this.#sendConnect());
    socket.on('data', (bytes) => this.#read(bytes as Buffer));
    socket.on('error', (error) => this.#end(socketTrouble(error, this.#context)));
    socket.on('close', () => this.#end(lost(this.#context)));
    return socket;
  }

  #sendConnect(): void {
    const { clientId, user, password, protocolVersion, receiveMaximum, maxPacketBytes, clock } = this.#options;
    this.#send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion,
      clean: false,
      clientId,
      keepalive: KEEP_ALIVE_S,
      ...(user !== undefined && { username: user }),
      ...(password !== undefined && { password: Buffer.from(password) }),
      ...(protocolVersion === 5 && {
        properties: {
          sessionExpiryInterval: SESSION_EXPIRY_S,
          receiveMaximum,
          maximumPacketSize: maxPacketBytes,
        },
      }),
    });
    this.#cancels.push(clock.every(WATCH_MS, () => this.#watch()));
  }

  #read(bytes: Buffer): void {
    if (this.#isOver) return;
    this.#lastHeard = this.#options.clock.now();
    try {
      this.#gate.take(bytes);
    } catch (error) {
      // The parser reads past the end of some packets that are cut short.
      this.#end(this.#notMqtt(error as Error));
    }
  }

  #take(packet: Packet): void {
    if (this.#isOver) return;
    if (packet.cmd === 'connack' && !this.#isConnected) {
      this.#takeConnack(packet);
    } else if (!this.#isConnected) {
      this.#end(this.#notMqtt(new Error(`it sends ${packet.cmd} before CONNACK`)));
    } else if (packet.cmd === 'publish') {
      this.#takePublish(packet);
    } else if (packet.cmd === 'suback') {
      this.#takeSuback(packet);
    } else if (packet.cmd === 'unsuback') {
      this.#isUnsubscribed = true;
    } else if (packet.cmd === 'pubrel') {
      this.#send({ cmd: 'pubcomp', messageId: packet.messageId ?? 0 });
    } else if (packet.cmd === 'disconnect') {
      this.#end(goodbye(packet.reasonCode ?? 0, packet.properties?.reasonString, this.#context));
    } else if (packet.cmd !== 'pingresp') {
      this.#end(this.#notMqtt(new Error(`it sends ${packet.cmd}, which is a client's`)));
    }
  }

  #takeConnack({ returnCode, reasonCode, sessionPresent, properties }: IConnackPacket): void {
    const code = reasonCode ?? returnCode ?? 0;
    if (code !== 0) {
      this.#end(refusal(code, properties?.reasonString, this.#context));
      return;
    }
    this.#isConnected = true;
    const { serverKeepAlive } = properties ?? {};
    if (serverKeepAlive !== undefined && serverKeepAlive > 0) this.#keepAliveMs = serverKeepAlive * 1_000;
    this.#events.onConnected(sessionPresent);
    if (this.#isOver) return;
    this.#subscribe(sessionPresent);
  }

  #subscribe(isSameSession: boolean): void {
    const { filters, staleFilters } = this.#options;
    if (isSameSession && staleFilters.length > 0) {
      this.#send({ cmd: 'unsubscribe', messageId: UNSUBSCRIBE_ID, unsubscriptions: [...staleFilters] });
    } else {
      this.#isUnsubscribed = true;
    }
    // Retained messages are wanted at each connect (retain handling 0): they bring what QoS 0 lost meanwhile.
    // Messages of now are to come without the retain flag (retain as published off).
    const subscriptions = filters.map((topic) => ({ topic, qos: 1, nl: false, rap: false, rh: 0 }) as const);
    this.#send({ cmd: 'subscribe', messageId: SUBSCRIBE_ID, subscriptions: [...subscriptions] });
  }

  #takePublish(packet: IPublishPacket): void {
    // We allow no topic aliases, so an empty topic has no meaning.
    if (packet.topic === '' || packet.properties?.topicAlias !== undefined) {
      this.#end(this.#notMqtt(new Error('it sends a message without a topic')));
    } else if (packet.qos > 0 && !(Number(packet.messageId) > 0)) {
      this.#end(this.#notMqtt(new Error('it sends a message with packet identifier 0')));
    } else {
      this.#events.onMessage(packet);
    }
  }

  #leaveOut(message: LargeMessage): void {
    if (this.#isOver) return;
    if (this.#isConnected && message.topic !== '') this.#events.onLargeMessage(message);
    else this.#end(this.#notMqtt(new Error(`it sends a message of ${message.bytes} bytes out of place`)));
  }

  #takeSuback({ granted }: ISubackPacket): void {
    const codes = granted as readonly number[];
    const troubles = this.#options.filters.map((_, at) => {
      const code = codes[at] ?? REFUSED;
      return code < REFUSED ? undefined : this.#notSubscribed(code);
    });
    // With nothing to hear there is nothing to wait for: it may be allowed later, so it is tried again.
    const all = troubles.every((trouble) => trouble !== undefined) ? troubles[0] : undefined;
    if (all !== undefined) {
      this.#end(all);
      return;
    }
    troubles.forEach((trouble, at) => {
      if (trouble !== undefined) this.#events.onNotSubscribed(this.#options.filters[at] as string, trouble);
    });
    this.#isSubscribed = true;
    this.#subscribed.resolve();
  }

  #notSubscribed(code: number): BrokerTrouble {
    if (code === 158 || code === 162 || code === 151) return goodbye(code, undefined, this.#context);
    const { user, filters } = this.#options;
    const who = user === undefined ? 'a client without a user name' : `the user ${user}`;
    return new BrokerTrouble(
      `not-subscribed-${code}`,
      `the broker does not let ${who} subscribe to ${filters.join(', ')} (code ${code}); see its access list, or mqtt-broker-topics`,
    );
  }

  /** Keeps alive what is quiet, and ends what is dead. Who is paused hears nothing, and that is no sign of death. */
  #watch(): void {
    const now = this.#options.clock.now();
    const heardMs = now - this.#lastHeard;
    if (this.#socket?.isPaused() === true) this.#lastHeard = now;
    else if (heardMs > this.#keepAliveMs * 1.5) this.#end(this.#silent(heardMs));
    if (this.#isConnected && now - Math.min(this.#lastSent, this.#lastHeard) >= this.#keepAliveMs / 2) {
      this.#send({ cmd: 'pingreq' });
    }
  }

  #send(packet: Packet): void {
    this.#write(generate(packet, { protocolVersion: this.#options.protocolVersion }));
  }

  #write(bytes: Buffer): void {
    const socket = this.#socket;
    if (this.#isOver || socket === undefined || !socket.writable) return;
    this.#lastSent = this.#options.clock.now();
    socket.write(bytes);
    if (socket.writableLength > MAX_UNSENT_BYTES) {
      this.#end(new BrokerTrouble('deaf', 'the broker sends and reads nothing of what we answer; see its log'));
    }
  }

  #end(trouble: BrokerTrouble | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const cancel of this.#cancels) cancel();
    if (trouble === undefined) this.#closeSoon();
    else this.#socket?.destroy();
    this.#subscribed.reject(trouble ?? lost(this.#context));
    this.#ended.resolve(trouble);
  }

  /** What was written goes out first, unless the other side does not read. */
  #closeSoon(): void {
    const socket = this.#socket;
    if (socket === undefined || socket.destroyed) return;
    const cancel = this.#options.clock.after(GOODBYE_MS, () => socket.destroy());
    socket.once('close', cancel);
    socket.destroySoon();
  }

  #silent(ms: number): BrokerTrouble {
    const seconds = Math.round(ms / 1_000);
    const what = this.#isConnected ? 'the broker has given no sign' : 'the broker has not answered';
    return new BrokerTrouble('silent', `${what} for ${seconds} s; see the network, and whether the port speaks MQTT`);
  }

  #notMqtt(error: Error): BrokerTrouble {
    return new BrokerTrouble(
      'not-mqtt',
      `what comes is not MQTT as it should be: ${error.message.slice(0, 200)}; see whether mqtt-broker-url names an MQTT port`,
    );
  }
}
