import { join } from 'node:path';
import { OPCUACertificateManager } from 'node-opcua-certificate-manager';
import { LogLevel, setLogLevel } from 'node-opcua-client';
import type { Clock } from '#devices/time/clock.ts';
import { OpcuaConnection } from './opcua-connection.ts';
import { OpcuaThingIds } from './opcua-thing-ids.ts';
import type { Intake, Source } from './source.ts';

export interface OpcuaClientOptions {
  /** `opc.tcp://host:port/path` of each server to read. */
  readonly endpoints: readonly string[];
  readonly intake: Intake;
  readonly clock: Clock;
  /** Folder for our key and for the certificates of servers; made where it is missing. */
  readonly pkiDir: string;
  readonly publishingIntervalMs?: number;
  /** Values a server keeps per variable between two notifications. */
  readonly queueSize?: number;
  /** Readings per server that may wait for the disk. */
  readonly backlog?: number;
}

export const OPCUA_CLIENT_DEFAULTS = { publishingIntervalMs: 1_000, queueSize: 256, backlog: 100_000 } as const;

/**
 * Reads OPC UA servers: finds their Things, subscribes to all their variables and hands every value in. Connects without
 * security (MessageSecurityMode None, anonymous). `start` does not wait for the servers: each is tried until it is there.
 */
export class OpcuaClient implements Source {
  readonly #options: Required<OpcuaClientOptions>;
  #certificates: OPCUACertificateManager | undefined;
  #connections: OpcuaConnection[] = [];

  constructor(options: OpcuaClientOptions) {
    this.#options = { ...OPCUA_CLIENT_DEFAULTS, ...options };
  }

  /** @throws {Error} where `pkiDir` cannot be written. */
  async start(): Promise<void> {
    const { endpoints, pkiDir, intake, clock, publishingIntervalMs, queueSize, backlog } = this.#options;
    // What matters of node-opcua's own remarks comes as an issue.
    setLogLevel(LogLevel.Error);
    const certificates = new OPCUACertificateManager({
      rootFolder: join(pkiDir, 'opcua-client'),
      automaticallyAcceptUnknownCertificate: true,
      disableFileWatchers: true,
    });
    await certificates.initialize();
    this.#certificates = certificates;
    const ids = new OpcuaThingIds();
    const shared = { intake, clock, certificates, ids, publishingIntervalMs, queueSize, backlog };
    this.#connections = endpoints.map((endpoint) => new OpcuaConnection({ endpoint, ...shared }));
    for (const connection of this.#connections) connection.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.stop()));
    this.#connections = [];
    await this.#certificates?.dispose();
  }
}
