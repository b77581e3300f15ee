import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { OPCUACertificateManager } from 'node-opcua-certificate-manager';
import {
  DataType,
  DataValue,
  LogLevel,
  MessageSecurityMode,
  SecurityPolicy,
  StatusCodes,
  setLogLevel,
  Variant,
} from 'node-opcua-client';
import { OPCUAServer, RegisterServerMethod } from 'node-opcua-server';
import type { PackThing } from '#devices/catalog/city-pack.ts';
import { STATUS_CODES, statusName } from '#devices/model/status-code.ts';
import { type Lane, type LaneTally, newTally } from './lane.ts';
import { buildAddressSpace, type UAVariable } from './opcua-address-space.ts';
import type { Sample, SampleGroup, SampleResult } from './sample-group.ts';

export interface OpcuaLaneOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly things: readonly PackThing[];
  /** Where the server keeps its key and certificates; undefined: a temporary folder, removed at the end. */
  readonly pkiDir: string | undefined;
}

const SHUTDOWN_MS = 500;
/** How long subscribers have to fetch the last values: more than the publishing interval that they usually ask for. */
const LAST_VALUES_MS = 1_500;

/**
 * The plants' own OPC UA server, on 127.0.0.1 only. Everybody may read, without or with encryption (None, or SignAndEncrypt
 * with Basic256Sha256); nobody may write.
 */
export class OpcuaLane implements Lane {
  readonly tally: LaneTally = newTally('opcua');
  readonly #options: OpcuaLaneOptions;
  #server: OPCUAServer | undefined;
  #pkiDir = '';
  #variables: ReadonlyMap<string, UAVariable> = new Map();

  constructor(options: OpcuaLaneOptions) {
    this.#options = options;
  }

  /** The port it listens on, once started. */
  get port(): number | undefined {
    return this.#server?.endpoints[0]?.port;
  }

  /** @throws {Error} where the port is taken. */
  async start(): Promise<void> {
    const { port, things, pkiDir } = this.#options;
    // Else node-opcua mixes its own remarks into our log.
    setLogLevel(LogLevel.Error);
    this.#pkiDir = pkiDir ?? mkdtempSync(join(tmpdir(), 'yiping-fleet-pki-'));
    const certificates = (name: string) =>
      new OPCUACertificateManager({
        rootFolder: join(this.#pkiDir, name),
        automaticallyAcceptUnknownCertificate: true,
        disableFileWatchers: true,
      });
    const server = new OPCUAServer({
      port,
      host: '127.0.0.1',
      hostname: '127.0.0.1',
      resourcePath: '/yiping/fleet',
      serverCertificateManager: certificates('server'),
      userCertificateManager: certificates('users'),
      securityModes: [MessageSecurityMode.None, MessageSecurityMode.SignAndEncrypt],
      securityPolicies: [SecurityPolicy.None, SecurityPolicy.Basic256Sha256],
      allowAnonymous: true,
      // 0: who asks for changes as they happen gets each of them; anything else folds those that come together into one.
      serverCapabilities: { minSupportedSampleRate: 0 },
      registerServerMethod: RegisterServerMethod.HIDDEN,
      buildInfo: { productName: 'Yiping simulated plants' },
      serverInfo: { applicationUri: 'urn:yiping:fleet:server', productUri: 'urn:yiping:fleet' },
    });
    await server.initialize();
    const { addressSpace } = server.engine;
    if (addressSpace === null) throw new Error('OPC UA server: it has no address space after its initialisation');
    this.#variables = buildAddressSpace(addressSpace, things);
    const unmeasured = { value: undefined, status: STATUS_CODES.BadWaitingForInitialData };
    for (const variable of this.#variables.values()) setDataValue(variable, dataValueOf(unmeasured, new Date(), 0));
    try {
      await server.start();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(
        `OPC UA server: port ${port} on 127.0.0.1: ${why}; stop what uses it, or give another --opcua-port`,
      );
    }
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) {
      if ((server.engine?.currentSubscriptionCount ?? 0) > 0) await delay(LAST_VALUES_MS);
      await server.shutdown(SHUTDOWN_MS);
    }
    if (this.#options.pkiDir === undefined && this.#pkiDir !== '')
      rmSync(this.#pkiDir, { recursive: true, force: true });
  }

  accepts(): boolean {
    return this.#server !== undefined;
  }

  send(group: SampleGroup, sample: Sample): void {
    const wholeMs = Math.floor(sample.time);
    const picoseconds = Math.round((sample.time - wholeMs) * 1000) * 1_000_000;
    const timestamp = new Date(wholeMs);
    for (const result of sample.results) {
      const variable = this.#variables.get(`${group.thing.id}/${result.property}`);
      if (variable === undefined) continue;
      setDataValue(variable, dataValueOf(result, timestamp, picoseconds));
      this.tally.published++;
      this.tally.unacknowledgeable++;
    }
    this.tally.messages++;
  }
}

function dataValueOf(
  { value, status }: Pick<SampleResult, 'value' | 'status'>,
  timestamp: Date,
  picoseconds: number,
): DataValue {
  return new DataValue({
    value: variantOf(value),
    statusCode: StatusCodes[statusName(status)],
    sourceTimestamp: timestamp,
    sourcePicoseconds: picoseconds,
    serverTimestamp: new Date(),
  });
}

function variantOf(value: SampleResult['value']): Variant {
  if (value === undefined) return new Variant({ dataType: DataType.Null });
  return new Variant({ dataType: typeof value === 'boolean' ? DataType.Boolean : DataType.Double, value });
}

/**
 * Sets value, status and times at once. `setValueFromSource` would do, but takes a Date only: microseconds would be lost.
 * What it calls in the end takes a whole DataValue.
 */
function setDataValue(variable: UAVariable, dataValue: DataValue): void {
  (variable as unknown as { _internal_set_dataValue(dataValue: DataValue): void })._internal_set_dataValue(dataValue);
}
