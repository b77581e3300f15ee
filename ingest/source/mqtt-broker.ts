import { createHash, timingSafeEqual } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type AuthenticateError, type Client, type PublishPacket } from 'aedes';
import type { Clock } from '#devices/time/clock.ts';
import type { IngestMetrics } from '../pipeline/ingest-metrics.ts';
import { mqttIssue, readMqttMessage } from './mqtt-message.ts';
import { PacketMeter } from './packet-meter.ts';
import { RetainedBudget } from './retained-budget.ts';
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

type BrokerBounds = Required<Pick<MqttBrokerOptions, 'maxPacketBytes' | 'maxClients' | 'connectTimeoutMs'>>;

export const MQTT_BROKER_DEFAULTS: BrokerBounds = {
  maxPacketBytes: 1_048_576,
  maxClients: 5_000,
  connectTimeoutMs: 10_000,
};

export interface MqttBrokerParts {
  readonly intake: Intake;
  readonly metrics: IngestMetrics;
  readonly clock: Clock;
}

const SYS_PREFIX = '$SYS/';
const MAX_TOPIC_LEVELS = 16;
const MAX_SUBSCRIPTIONS_PER_CLIENT = 1_000;
const MAX_RETAINED_TOPICS = 100_000;
const MAX_RETAINED_BYTES = 64 * 1024 * 1024;
/** A subscriber that takes nothing for so long is closed, ms. */
const DRAIN_TIMEOUT_MS = 10_000;
/** TCP keep-alive, for clients with an MQTT keep-alive of 0 whose other end is gone, ms. */
const TCP_KEEP_ALIVE_MS = 60_000;

/**
 * The embedded MQTT 3.1.1 broker (aedes). It acknowledges a QoS 1 or 2 message when the intake has it on disk:
 * `authorizePublish` is aedes' only hook before the PUBACK, and its error closes the connection unacknowledged.
 *
 * Sessions are clean, whatever a client asks for: queues for absent subscribers would have no bound.
 */
export class MqttBroker implements Source {
  readonly #options: MqttBrokerOptions & BrokerBounds;
  readonly #parts: MqttBrokerParts;
  readonly #retained = new RetainedBudget(MAX_RETAINED_TOPICS, MAX_RETAINED_BYTES);
  readonly #sockets = new Set<Socket>();
  readonly #subscriptions = new WeakMap<Client, number>();
  #aedes: Aedes | undefined;
  #server: Server | undefined;
  /** Messages handed to the intake and not yet answered. */
  #inFlight = 0;
  #whenIdle: (() => void) | undefined;

  constructor(options: MqttBrokerOptions, parts: MqttBrokerParts) {
    this.#options = { ...MQTT_BROKER_DEFAULTS, ...options };
    this.#parts = parts;
  }

  /** The port it listens on, once started. */
  get port(): number {
    const address = this.#server?.address();
    if (address === null || address === undefined || typeof address === 'string') {
      throw new Error('MQTT broker: it has no port before it is started');
    }
    return address.port;
  }

  /** @throws the error of `listen`, e.g. EADDRINUSE. */
  async start(): Promise<void> {
    this.#aedes = await this.#createAedes();
    const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: TCP_KEEP_ALIVE_MS });
    server.maxConnections = this.#options.maxClients;
    server.on('connection', (socket) => this.#take(socket));
    server.on('drop', (dropped) => {
      const reason = `${this.#options.maxClients} clients are connected, more are refused; close some or raise the limit`;
      this.#refuse('too-many-clients', dropped?.remoteAddress ?? 'unknown', reason);
    });
    this.#server = server;
    try {
      await listen(server, this.#options.host, this.#options.port);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Takes no more connections and messages, waits until what is under way is on disk and acknowledged, closes. */
  async stop(): Promise<void> {
    const server = this.#server;
    const aedes = this.#aedes;
    if (server === undefined || aedes === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.#sockets) clientOf(socket)?.pause();
    if (this.#inFlight > 0) {
      await new Promise<void>((resolve) => {
        this.#whenIdle = resolve;
      });
    }
    await new Promise<void>((resolve) => aedes.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    this.#server = undefined;
    this.#aedes = undefined;
  }

  async #createAedes(): Promise<Aedes> {
    const { metrics } = this.#parts;
    const aedes = await Aedes.createBroker({
      concurrency: 1_000,
      connectTimeout: this.#options.connectTimeoutMs,
      drainTimeout: DRAIN_TIMEOUT_MS,
      maxTopicLevels: MAX_TOPIC_LEVELS,
      preConnect: (_client, packet, done) => {
        packet.clean = true;
        done(null, true);
      },
      authenticate: (client, _username, password, done) => this.#authenticate(client, password, done),
      authorizePublish: (client, packet, done) => this.#authorizePublish(client, packet, done),
      authorizeSubscribe: (client, subscription, done) => {
        const count = (this.#subscriptions.get(client) ?? 0) + 1;
        this.#subscriptions.set(client, count);
        done(null, count <= MAX_SUBSCRIPTIONS_PER_CLIENT ? subscription : null);
      },
      // A subscriber that does not read misses messages; it must not hold up the others.
      authorizeForward: (client, packet) => {
        if (!client.conn.writableNeedDrain) return packet;
        metrics.mqttSkipped++;
        return null;
      },
    });
    (aedes as EventEmitter).on('error', (error: Error) => {
      this.#refuse(
        'broker',
        'aedes',
        `the broker met an error and goes on: ${error.message}; report it if it comes again`,
      );
    });
    aedes.on('client', () => metrics.mqttClients++);
    aedes.on('clientDisconnect', () => metrics.mqttClients--);
    aedes.on('clientError', (client, error) => this.#reportConnection(client, error));
    aedes.on('connectionError', (client, error) => this.#reportConnection(client, error));
    return aedes;
  }

  #take(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    this.#measure(socket);
    (this.#aedes as Aedes).handle(socket);
  }

  /** Looks at the bytes on their way from the socket to aedes, so that a giant packet is never gathered. */
  #measure(socket: Socket): void {
    const meter = new PacketMeter(this.#options.maxPacketBytes);
    const read = socket.read.bind(socket);
    socket.read = (size?: number): Buffer | null => {
      const bytes = read(size) as Buffer | null;
      if (bytes === null) return null;
      const tooBig = meter.firstTooBig(bytes);
      if (tooBig === undefined) return bytes;
      const reason = `a packet of ${tooBig} bytes was announced and ${this.#options.maxPacketBytes} are possible; the connection was closed; send less in one message`;
      this.#refuse('packet-too-large', socket.remoteAddress ?? 'unknown', reason);
      socket.destroy();
      return null;
    };
  }

  #authenticate(
    client: Client,
    password: Buffer | undefined,
    done: (error: AuthenticateError | null, success: boolean | null) => void,
  ): void {
    const { accessToken } = this.#options;
    if (accessToken === undefined || (password !== undefined && isSameSecret(password, accessToken))) {
      done(null, true);
      return;
    }
    const what = password === undefined ? 'gave no password' : 'gave a wrong password';
    const reason = `client ${client.id} ${what}; give the access token as the MQTT password, with any user name`;
    this.#refuse('access-denied', client.id, reason);
    done(Object.assign(new Error('access denied'), { returnCode: 4 as AuthenticateError['returnCode'] }), false);
  }

  /** Also called for Wills, whose client may already be gone. */
  #authorizePublish(client: Client | null, packet: PublishPacket, done: (error?: Error | null) => void): void {
    if (packet.topic.startsWith(SYS_PREFIX)) {
      done(new Error(`${SYS_PREFIX} topics are the broker's own`));
      return;
    }
    if (packet.qos === 2 && client !== null) this.#unlessSentBefore(client, packet, done);
    else this.#handOver(packet, done);
  }

  /** aedes asks before it looks whether a QoS 2 message is a repetition; such a one is on disk already. */
  #unlessSentBefore(client: Client, packet: PublishPacket, done: (error?: Error | null) => void): void {
    incomingStore(this.#aedes as Aedes)
      .incomingGetPacket(client, packet)
      .then(
        () => done(null),
        () => this.#handOver(packet, done),
      );
  }

  #handOver(packet: PublishPacket, done: (error?: Error | null) => void): void {
    const { intake, metrics, clock } = this.#parts;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    metrics.mqttMessages++;
    metrics.mqttBytes += payload.length;
    const { message, issues } = readMqttMessage(packet.topic, payload, clock.now(), packet.qos === 0);
    for (const issue of issues) intake.report(issue);
    if (packet.retain) this.#boundRetained(packet, payload);
    this.#inFlight++;
    const taken = intake.accept(message).finally(() => this.#settle());
    if (packet.qos === 0) {
      taken.catch(() => {
        // Nobody waits for a QoS 0 message; the intake has counted it.
      });
      done(null);
    } else {
      // Also for a message with nothing in it, so that PUBACKs keep the order of their messages (MQTT-4.6.0-2).
      taken.then(() => done(null), done);
    }
  }

  #boundRetained(packet: PublishPacket, payload: Buffer): void {
    if (this.#retained.take(packet.topic, payload.length)) {
      // A copy, or each retained message would keep alive the whole block that its bytes came in.
      packet.payload = Buffer.from(payload);
    } else {
      packet.retain = false;
      const reason = `${packet.topic} was delivered but not retained: the broker keeps ${MAX_RETAINED_TOPICS} topics and ${MAX_RETAINED_BYTES} bytes; retain less`;
      this.#parts.intake.report(mqttIssue(this.#parts.clock.now(), 'retained-full', packet.topic, reason));
    }
  }

  #settle(): void {
    this.#inFlight--;
    // After the acknowledgement, which is written when the same promise is settled.
    if (this.#inFlight === 0 && this.#whenIdle !== undefined) setImmediate(this.#whenIdle);
  }

  #reportConnection(client: Client, error: Error & { code?: string }): void {
    // A connection that breaks is everyday life; what a client does wrong is of interest.
    if (error.code === 'ECONNRESET' || error.code === 'EPIPE' || error.code === 'ERR_STREAM_PREMATURE_CLOSE') return;
    const hint = error.message.includes('protocol version') ? '; set the client to MQTT 3.1.1' : '';
    this.#refuse('connection', client.id ?? 'unknown', `connection closed: ${error.message}${hint}`);
  }

  #refuse(kind: string, address: string, reason: string): void {
    this.#parts.metrics.mqttRefused++;
    this.#parts.intake.report(mqttIssue(this.#parts.clock.now(), kind, address, reason));
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}

/** Compares digests, so that neither the length nor the place of the first difference shows in the time taken. */
function isSameSecret(given: Buffer, secret: string): boolean {
  const digest = (data: Buffer | string): Buffer => createHash('sha256').update(data).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

/** aedes hangs its client on the socket. */
function clientOf(socket: Socket): { pause(): void } | undefined {
  return (socket as Socket & { client?: { pause(): void } }).client;
}

/** aedes' persistence, untyped there: `incomingGetPacket` rejects where the packet was not seen before. */
function incomingStore(aedes: Aedes) {
  return (
    aedes as Aedes & { persistence: { incomingGetPacket(client: Client, packet: PublishPacket): Promise<unknown> } }
  ).persistence;
}
