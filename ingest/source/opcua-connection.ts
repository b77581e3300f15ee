import type { OPCUACertificateManager } from 'node-opcua-certificate-manager';
import { type ClientSession, type DataValue, OPCUAClient } from 'node-opcua-client';
import type { Clock } from '#devices/time/clock.ts';
import { OpcuaBacklog } from './opcua-backlog.ts';
import { type DiscoveredVariable, discover } from './opcua-discovery.ts';
import { LIFETIME_COUNT, OpcuaSubscription } from './opcua-subscription.ts';
import type { OpcuaThingIds } from './opcua-thing-ids.ts';
import { rawDataValue, readingOf } from './opcua-value.ts';
import type { Intake } from './source.ts';

export interface OpcuaConnectionOptions {
  /** `opc.tcp://host:port/path` */
  readonly endpoint: string;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly certificates: OPCUACertificateManager;
  readonly ids: OpcuaThingIds;
  readonly publishingIntervalMs: number;
  readonly queueSize: number;
  readonly backlog: number;
}

/** Between two attempts to connect, ms: doubled from the first to the longest. */
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;
/** A connected server that gives no sign for so long is gone, or its connection is half open. */
export const SILENCE_MS = 20_000;
const WATCH_MS = 1_000;
/** How long a polite goodbye may take. */
const GOODBYE_MS = 2_000;
/** Bits of a StatusCode: the value comes with a note (InfoType DataValue) that the queue overflowed. OPC 10000-4 §7.39.1. */
const OVERFLOW_BITS = 0x480;

/**
 * One OPC UA server. Connects when it is there, finds its Things, subscribes to all their variables and keeps at it until
 * it is stopped. When the connection breaks, node-opcua comes back by itself: it takes the old session or, with
 * TransferSubscriptions, its subscription, asks for what was missed (Republish), and makes a new subscription where the
 * server refuses. Where that does not help, or the server falls silent, everything is begun anew.
 */
export class OpcuaConnection {
  readonly #options: OpcuaConnectionOptions;
  readonly #backlog: OpcuaBacklog;
  #stopping = false;
  #running: Promise<void> | undefined;
  /** Ends the attempt or session under way. */
  #end: (() => void) | undefined;
  /** An outage is reported once. */
  #outageReported = false;
  #overflows = 0;
  /** Epoch ms; undefined before the first connection of an attempt. */
  #lastSign: number | undefined;

  constructor(options: OpcuaConnectionOptions) {
    this.#options = options;
    const { intake, clock, endpoint, backlog } = options;
    this.#backlog = new OpcuaBacklog({ intake, clock, address: endpoint, capacity: backlog });
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#end?.();
    await this.#running;
    await this.#backlog.stop();
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      const ended = Promise.withResolvers<void>();
      this.#end = ended.resolve;
      await this.#attempt(ended.promise);
      if (!this.#stopping) await this.#pause(FIRST_RETRY_MS);
    }
  }

  /** One client from its first attempt to connect until `ended`. Never rejects. */
  async #attempt(ended: Promise<void>): Promise<void> {
    const client = OPCUAClient.create({
      applicationName: 'Yiping',
      clientCertificateManager: this.#options.certificates,
      connectionStrategy: { maxRetry: -1, initialDelay: FIRST_RETRY_MS, maxDelay: LONGEST_RETRY_MS },
      endpointMustExist: false,
      keepSessionAlive: true,
    });
    const stopWatching = this.#watch(client);
    client.on('backoff', () => this.#reportOutage('the server does not answer; it is tried again until it does'));
    try {
      await Promise.race([ended, this.#connect(client).then(() => ended)]);
    } catch (error) {
      this.#reportOutage(error instanceof Error ? error.message : String(error));
    }
    stopWatching();
    await Promise.race([client.disconnect().catch(() => {}), this.#pause(GOODBYE_MS)]);
  }

  async #connect(client: OPCUAClient): Promise<void> {
    await client.connect(this.#options.endpoint);
    const session = await client.createSession();
    session.on('session_closed', () => this.#end?.());
    const subscription = this.#subscribe(session);
    await this.#discover(session, subscription);
    this.#outageReported = false;
    // A server that was away may have been changed meanwhile.
    client.on('connection_reestablished', () => {
      this.#outageReported = false;
      this.#discover(session, subscription).catch(() => this.#end?.());
    });
  }

  #subscribe(session: ClientSession): OpcuaSubscription {
    const { publishingIntervalMs, queueSize } = this.#options;
    return new OpcuaSubscription(session, {
      publishingIntervalMs,
      queueSize,
      onSign: () => this.#hear(),
      onValue: (variable, dataValue) => this.#take(variable, dataValue),
      onRefused: ({ nodeId }, status) => {
        const reason = `the server does not let ${nodeId.toString()} be monitored: ${status}; see its access rights and limits`;
        this.#report('opcua-not-monitored', reason);
      },
    });
  }

  async #discover(session: ClientSession, subscription: OpcuaSubscription): Promise<void> {
    const { endpoint, ids } = this.#options;
    this.#hear();
    const { things, variables, cut } = await discover(session, endpoint, ids);
    if (cut) this.#report('opcua-too-many-nodes', 'the server has more nodes than are browsed; the rest is left out');
    if (things.length > 0) this.#backlog.register(things);
    await subscription.monitor(variables);
    this.#hear();
  }

  #take(variable: DiscoveredVariable, dataValue: DataValue): void {
    this.#hear();
    if ((dataValue.statusCode.value & OVERFLOW_BITS) === OVERFLOW_BITS) this.#overflow(variable);
    const reading = readingOf(variable.thing, variable.property, dataValue);
    if (reading !== undefined) this.#backlog.add(reading, rawDataValue(variable.nodeId.toString(), dataValue));
  }

  /**
   * Ends the session of a server that is silent though the connection stands, and of one away for longer than it keeps
   * the subscription: then nothing is left to come back to.
   */
  #watch(client: OPCUAClient): () => void {
    const { clock, publishingIntervalMs } = this.#options;
    const lifetimeMs = LIFETIME_COUNT * publishingIntervalMs;
    let away = false;
    this.#lastSign = undefined;
    client.on('connection_lost', () => {
      away = true;
      this.#reportOutage('the connection is lost; its readings go stale until the server is back');
    });
    client.on('connection_reestablished', () => {
      away = false;
    });
    client.on('close', () => this.#end?.());
    return clock.every(WATCH_MS, () => {
      const silentMs = this.#lastSign === undefined ? 0 : clock.now() - this.#lastSign;
      if (silentMs < (away ? lifetimeMs : SILENCE_MS)) return;
      this.#reportOutage(`the server has given no sign for ${Math.round(silentMs / 1000)} s; connecting anew`);
      this.#end?.();
    });
  }

  #hear(): void {
    this.#lastSign = this.#options.clock.now();
  }

  #overflow({ nodeId }: DiscoveredVariable): void {
    this.#overflows++;
    if (this.#overflows % 1000 !== 1) return;
    const reason = `the server's queue for ${nodeId.toString()} ran over, values are lost there; ${this.#overflows} times so far`;
    this.#report('opcua-overflow', reason);
  }

  #reportOutage(reason: string): void {
    if (this.#outageReported || this.#stopping) return;
    this.#outageReported = true;
    this.#report('opcua-connection-lost', `${this.#options.endpoint}: ${reason}`);
  }

  #report(kind: string, reason: string): void {
    const { intake, clock, endpoint } = this.#options;
    intake.report({ time: clock.now(), source: 'opcua', kind, address: endpoint, firstBytes: '', reason });
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.after(ms, resolve);
    });
  }
}
