import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { Aedes, type Client } from 'aedes';
import type { Source } from '../source.ts';
import { Accounts } from './accounts.ts';
import { Admission } from './admission.ts';
import { BrokerConnection } from './broker-connection.ts';
import { BrokerMessages } from './broker-messages.ts';
import {
  type BrokerBounds,
  MQTT_BROKER_DEFAULTS,
  type MqttBrokerOptions,
  type MqttBrokerParts,
} from './broker-options.ts';
import { BrokerReports } from './broker-reports.ts';
import { CleanSessions } from './clean-sessions.ts';
import { ConnectionTable } from './connection-table.ts';
import { Listeners } from './listeners.ts';
import { Login } from './login.ts';
import { PacketGate } from './packet-gate.ts';
import { RetainedMessages } from './retained-messages.ts';
import { rightsOf } from './topic-rights.ts';

/** In `$SYS/broker/…`, what aedes tells of itself. */
const BROKER_ID = 'broker';
const MAX_TOPIC_LEVELS = 16;
/** A subscriber that takes nothing for so long is closed, ms. */
const DRAIN_TIMEOUT_MS = 10_000;
/** How often connections are looked at for packets left unfinished, ms. */
const SWEEP_MS = 1_000;
/** A client that is not read for so long, because its messages wait for the disk, is told of, ms. */
const HELD_TELLING_MS = 5_000;

/** How connections break without anybody's doing; the last is what aedes says of writes that were under way. */
const EVERYDAY_ENDS = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'connection closed']);

/**
 * The embedded MQTT 3.1.1 broker: aedes, with our own doors. It acknowledges a QoS 1 or 2 message when the intake has it
 * on disk, and a retained one when later subscribers are sure to get it too.
 */
export class MqttBroker implements Source {
  readonly #options: MqttBrokerOptions & BrokerBounds;
  readonly #parts: MqttBrokerParts;
  readonly #reports: BrokerReports;
  readonly #table: ConnectionTable<BrokerConnection>;
  readonly #retained: RetainedMessages;
  readonly #messages: BrokerMessages;
  readonly #listeners: Listeners;
  readonly #sessions: CleanSessions;
  readonly #accounts: Accounts | undefined;
  readonly #admission: Admission;
  readonly #open = new Set<BrokerConnection>();
  readonly #connectionOf = new WeakMap<Client, BrokerConnection>();
  #aedes: Aedes | undefined;
  #endSweep: (() => void) | undefined;

  constructor(options: MqttBrokerOptions, parts: MqttBrokerParts) {
    this.#options = { ...MQTT_BROKER_DEFAULTS, ...options };
    this.#parts = parts;
    const reports = new BrokerReports(parts);
    this.#reports = reports;
    const bounds = this.#options;
    this.#table = new ConnectionTable(bounds);
    const { maxRetainedTopics: maxTopics, maxRetainedBytes: maxBytes } = bounds;
    const retained = new RetainedMessages(bounds.retainedFile, { maxTopics, maxBytes });
    this.#retained = retained;
    this.#sessions = new CleanSessions((filter) => retained.matching(filter));
    const connectionOf = (client: Client) => this.#connectionOf.get(client) as BrokerConnection;
    this.#messages = new BrokerMessages({
      ...parts,
      bounds,
      retained,
      sessions: this.#sessions,
      reports,
      connectionOf,
    });
    this.#accounts = this.#makeAccounts();
    const login = new Login({ accessToken: bounds.accessToken, accounts: this.#accounts, clock: parts.clock });
    this.#admission = new Admission({ login, table: this.#table, reports, connectionOf });
    this.#listeners = this.#makeListeners();
  }

  /** The port it listens on, once started. */
  get port(): number {
    const { port } = this.#listeners;
    if (port === undefined) throw new Error('MQTT broker: it has no port before it is started');
    return port;
  }

  /** The encrypted one; undefined where there is none. */
  get tlsPort(): number | undefined {
    return this.#listeners.tlsPort;
  }

  /** @throws the error of `listen`, e.g. EADDRINUSE; {AccountsError}, {TlsFilesError} where a file is wrong. */
  async start(): Promise<void> {
    try {
      this.#accounts?.start();
      await this.#openRetained();
      this.#aedes = await this.#createAedes();
      await this.#listeners.start();
      this.#endSweep = this.#parts.clock.every(SWEEP_MS, () => this.#sweep());
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Takes no more connections and messages, waits until what is under way is on disk and acknowledged, closes. */
  async stop(): Promise<void> {
    const aedes = this.#aedes;
    this.#aedes = undefined;
    this.#endSweep?.();
    this.#accounts?.stop();
    const stopped = this.#listeners.stop();
    for (const connection of this.#open) connection.client?.pause();
    await this.#messages.idle();
    if (aedes !== undefined) {
      await new Promise<void>((resolve) => aedes.close(resolve));
      // The Wills of those that were connected.
      await this.#messages.idle();
    }
    for (const connection of this.#open) connection.close();
    await stopped;
    await this.#retained.close();
  }

  async #openRetained(): Promise<void> {
    for (const problem of await this.#retained.open(this.#parts.clock.now())) {
      this.#reports.tell('retained-not-restored', 'retained messages', problem);
    }
    this.#parts.metrics.mqttRetained = this.#retained.topics;
    this.#parts.metrics.mqttRetainedBytes = this.#retained.bytes;
  }

  async #createAedes(): Promise<Aedes> {
    const { metrics } = this.#parts;
    const aedes = await Aedes.createBroker({
      id: BROKER_ID,
      persistence: this.#sessions,
      concurrency: 1_000,
      connectTimeout: this.#options.connectTimeoutMs,
      drainTimeout: DRAIN_TIMEOUT_MS,
      maxTopicLevels: MAX_TOPIC_LEVELS,
      preConnect: this.#admission.preConnect,
      authenticate: this.#admission.authenticate,
      authorizePublish: this.#messages.authorizePublish,
      authorizeSubscribe: this.#messages.authorizeSubscribe,
      authorizeForward: this.#messages.authorizeForward,
    });
    (aedes as EventEmitter).on('error', (error: Error) => {
      const reason = `the broker met an error and goes on: ${error.message}; report it if it comes again`;
      this.#reports.refuse('broker', 'aedes', reason);
    });
    aedes.on('client', () => metrics.mqttClients++);
    aedes.on('clientDisconnect', () => metrics.mqttClients--);
    aedes.on('clientReady', (client) => this.#connectionOf.get(client)?.gate?.open());
    aedes.on('unsubscribe', (filters, client) => {
      for (const filter of filters) this.#connectionOf.get(client)?.filters.delete(filter);
    });
    aedes.on('clientError', (client, error) => this.#reportConnection(client, error));
    aedes.on('connectionError', (client, error) => this.#reportConnection(client, error));
    return aedes;
  }

  #makeAccounts(): Accounts | undefined {
    const { accountsFile: path } = this.#options;
    if (path === undefined) return undefined;
    return new Accounts({
      path,
      clock: this.#parts.clock,
      onChange: (changed) => this.#closeChanged(changed),
      onProblem: (reason) => this.#reports.tell('accounts', path, reason),
    });
  }

  #makeListeners(): Listeners {
    const { host, port, tls, maxClients, maxWaiting, connectTimeoutMs } = this.#options;
    const maxSockets = maxClients + maxWaiting;
    return new Listeners(
      { host, port, ...(tls !== undefined && { tls }), maxSockets, handshakeTimeoutMs: connectTimeoutMs },
      {
        clock: this.#parts.clock,
        onSocket: (socket) => this.#take(socket),
        onDrop: (address) => {
          const reason = `${maxSockets} connections are open, more are refused; close some or raise mqtt-max-clients`;
          this.#reports.refuse('too-many-connections', address ?? 'unknown', reason);
        },
        onHandshakeFailed: (error, address) => {
          const reason = `a TLS connection failed: ${error.message}; see that the client trusts our certificate and shows its own where it must`;
          this.#reports.refuse('tls', address ?? 'unknown', reason);
        },
        onCertificateProblem: (reason) => this.#reports.tell('tls-files', 'mqtt-tls-cert-file', reason),
      },
    );
  }

  /** A TCP connection; what is answered takes the stream of MQTT. */
  #take(raw: Socket): ((stream: Socket, certificate: string | undefined) => void) | undefined {
    const connection = new BrokerConnection(raw);
    const { address } = connection;
    const crowded = this.#table.admit(connection);
    if (crowded !== undefined) {
      const reason = `too many connections that have not said CONNECT (from ${address} or in all); one was closed; let clients send CONNECT at once`;
      this.#reports.refuse('too-many-silent', address, reason);
    }
    if (crowded === 'no-room') {
      raw.destroy();
      return undefined;
    }
    if (crowded !== undefined) {
      crowded.oldest.isToldOf = true;
      crowded.oldest.close();
    }
    this.#open.add(connection);
    raw.once('close', () => this.#forget(connection));
    return (stream, certificate) => this.#begin(connection, stream, certificate);
  }

  #begin(connection: BrokerConnection, stream: Socket, certificate: string | undefined): void {
    const aedes = this.#aedes;
    if (aedes === undefined) {
      stream.destroy();
      return;
    }
    const { metrics, clock } = this.#parts;
    const gate = new PacketGate(stream, this.#options, clock, {
      onFault: (kind, what) => {
        const reason = `${what}; the connection was closed; see that an MQTT client speaks there, and sends less in one message`;
        connection.isToldOf = true;
        this.#reports.refuse(kind, connection.client?.id ?? connection.address, reason);
        stream.destroy();
      },
      onHold: () => metrics.mqttHeld++,
      onOpen: () => readOn(stream),
    });
    connection.begin(stream, gate, certificate);
    stream.once('close', () => this.#forget(connection));
    gate.attach();
    const client = aedes.handle(stream);
    this.#connectionOf.set(client, connection);
    deliverWithoutWaiting(client);
  }

  #forget(connection: BrokerConnection): void {
    this.#open.delete(connection);
    this.#table.remove(connection);
    if (connection.client !== undefined) this.#admission.forget(connection.client, connection);
  }

  /** Accounts that are gone or not what they were: their clients come again, under what holds now. */
  #closeChanged(changed: ReadonlySet<string>): void {
    for (const connection of this.#open) {
      const { identity, client } = connection;
      if (identity?.user === undefined || client === undefined || !changed.has(identity.user)) continue;
      const account = this.#accounts?.get(identity.user) ?? { publish: [], subscribe: [] };
      // Its Will is judged by what holds now.
      connection.identity = { user: identity.user, rights: rightsOf(account, identity.user, client.id) };
      connection.isToldOf = true;
      const reason = `client ${client.id} was closed: the account of user ${identity.user} was changed or taken away; it may connect again with what holds now`;
      this.#reports.refuse('account-changed', client.id, reason);
      connection.close();
    }
  }

  #sweep(): void {
    const now = this.#parts.clock.now();
    const { packetTimeoutMs, maxInFlight } = this.#options;
    for (const connection of this.#open) {
      const { gate, client } = connection;
      if (gate === undefined || client === undefined || connection.isToldOf) continue;
      if (gate.unfinishedMs(now) > packetTimeoutMs) {
        connection.isToldOf = true;
        const reason = `client ${client.id} left a packet unfinished for ${packetTimeoutMs / 1_000} s and was closed; check its network`;
        this.#reports.refuse('packet-unfinished', client.id ?? connection.address, reason);
        connection.close();
      } else if (connection.identity !== undefined) {
        this.#tellHeld(connection, gate.heldMs(now) > HELD_TELLING_MS, client.id, maxInFlight);
      }
    }
  }

  #tellHeld(connection: BrokerConnection, isHeld: boolean, id: string, maxInFlight: number): void {
    if (isHeld && !connection.isHeldTold) {
      const reason = `client ${id} is not read for ${HELD_TELLING_MS / 1_000} s: ${maxInFlight} of its messages wait for the disk, or it does not take what it is sent; check the disk and the client`;
      this.#reports.tell('client-held', id, reason);
    }
    connection.isHeldTold = isHeld;
  }

  #reportConnection(client: Client, error: Error & { code?: string }): void {
    // A connection that breaks is everyday life; what a client does wrong is of interest.
    if (EVERYDAY_ENDS.has(error.code ?? error.message)) return;
    const connection = this.#connectionOf.get(client);
    // aedes may tell of one closing many times.
    if (connection?.isToldOf === true) return;
    if (connection !== undefined) connection.isToldOf = true;
    const hint = error.message.includes('protocol version') ? '; set the client to MQTT 3.1.1' : '';
    const who = client.id ?? connection?.address ?? 'unknown';
    this.#reports.refuse('connection', who, `connection closed: ${error.message}${hint}`);
  }
}

/**
 * Node tells of bytes once until they are read, so aedes must be told again of those that the gate kept back. It also reads
 * nothing before all packets that it read last are answered, by a count that drifts; the gate has the true one.
 */
function readOn(stream: Socket): void {
  const { client } = stream as Socket & { client?: { _parsingBatch: number } };
  if (client !== undefined) client._parsingBatch = 0;
  stream.emit('readable');
}

/**
 * aedes lets whoever publishes wait until every subscriber's socket has taken the message: a subscriber that does not read
 * stops all who publish to it until it is closed (measured: 3,000 messages of 20 kB took 5.3 to 15.7 s beside one, 1.5 s
 * with this). Retained messages of a new subscription still go one by one.
 */
function deliverWithoutWaiting(client: Client): void {
  type Deliver = (packet: { retain: boolean }, done: () => void) => void;
  const deliverer = client as Client & { deliver0: Deliver; deliverQoS: Deliver };
  for (const name of ['deliver0', 'deliverQoS'] as const) {
    const deliver = deliverer[name];
    deliverer[name] = (packet, done) => {
      if (packet.retain) {
        deliver(packet, done);
        return;
      }
      deliver(packet, () => {});
      setImmediate(done);
    };
  }
}
