import { join, resolve } from 'node:path';
import { Catalog } from '#devices/catalog/catalog.ts';
import type { Clock } from '#devices/time/clock.ts';
import { DataArchive } from '../archive/data-archive.ts';
import { SqliteCatalogStore } from '../catalog-store/sqlite-catalog-store.ts';
import type { Config } from '../config.ts';
import { DuckDbHistorian } from '../historian/duckdb/duckdb-historian.ts';
import { LatestTable } from '../live/latest-table.ts';
import { LiveServer } from '../live/live-server.ts';
import { Transitions } from '../live/transitions.ts';
import { createIngestMetrics } from '../pipeline/ingest-metrics.ts';
import { IssueLog } from '../pipeline/issue-log.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import { isLoopbackHost } from '../serve/access/host-guard.ts';
import { HttpServer } from '../serve/http-server.ts';
import { MqttBroker } from '../source/mqtt-broker.ts';
import { OpcuaClient } from '../source/opcua-client.ts';
import { type DataDir, openDataDir } from './data-dir.ts';
import { FleetProcess } from './fleet-process.ts';
import { freePort } from './free-port.ts';
import { portError } from './start-error.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const FLEET = join(ROOT, 'devices', 'fleet', 'main.ts');

/** Where the running service is reached. */
export interface Ready {
  readonly url: string;
  readonly httpPort: number;
  readonly mqttPort: number;
  readonly opcuaPort: number;
}

type Stop = () => void | Promise<void>;

/**
 * The whole service: starts its parts in order, and stops them in the opposite one, so that each part finds what it
 * needs as long as it runs. A start that fails stops what was started.
 */
export class IngestService {
  readonly #config: Config;
  readonly #clock: Clock;
  readonly #log: (line: string) => void;
  readonly #stops: { readonly name: string; readonly stop: Stop }[] = [];
  readonly #metrics = createIngestMetrics();
  readonly #issues = new IssueLog();
  readonly #latest = new LatestTable();
  #brokerListens = false;

  constructor(config: Config, clock: Clock, log: (line: string) => void) {
    this.#config = config;
    this.#clock = clock;
    this.#log = log;
  }

  /** @throws {StartError} where a port is taken or the data folder cannot be used */
  async start(): Promise<Ready> {
    try {
      return await this.#startAll();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Sources first, then what they feed, then the disk. A part that fails to stop is named and does not hold up the rest. */
  async stop(): Promise<void> {
    for (let next = this.#stops.pop(); next !== undefined; next = this.#stops.pop()) {
      try {
        await next.stop();
      } catch (error) {
        this.#log(`Stopping ${next.name} failed: ${error instanceof Error ? error.stack : error}`);
      }
    }
  }

  async #startAll(): Promise<Ready> {
    const { catalog, catalogStore, historian, dataDir } = await this.#openStores();
    const shared = { catalog, latest: this.#latest, clock: this.#clock };
    const path = dataDir.path('transitions.sqlite');
    const transitions = new Transitions({ ...shared, path, report: (issue) => this.#issues.report(issue) });
    transitions.start();
    this.#onStop('transitions', () => transitions.stop());

    const live = new LiveServer({
      ...shared,
      totals: () => ({ observations: this.#metrics.stored, issues: this.#issues.total }),
    });
    live.start();
    this.#onStop('live', () => live.stop());

    const pipeline = new Pipeline({
      ...shared,
      catalogStore,
      historian,
      issues: this.#issues,
      metrics: this.#metrics,
    });
    await pipeline.start();
    this.#onStop('pipeline', () => pipeline.stop());

    const archive = this.#startArchive(historian, catalog, dataDir);
    const httpPort = await this.#startHttp({ ...shared, historian, archive, transitions, live });
    const mqttPort = await this.#startBroker(pipeline);
    const opcuaPort = await this.#startPlant(pipeline, mqttPort, dataDir);
    return { url: `http://${urlHost(this.#config.host)}:${httpPort}`, httpPort, mqttPort, opcuaPort };
  }

  async #openStores() {
    const dataDir = openDataDir(this.#config.dataDir);
    this.#onStop('data folder', () => dataDir.release());
    const catalogStore = new SqliteCatalogStore(dataDir.path('operational.sqlite'));
    this.#onStop('catalog', () => catalogStore.close());
    const catalog = new Catalog(catalogStore);
    const historian = await DuckDbHistorian.open(dataDir.path('history.duckdb'), {
      retention: this.#config.retention,
      propertyOf: (index) => catalog.datastream(index)?.property,
    });
    this.#onStop('history', () => historian.close());
    historian.startUpkeep(this.#clock, (error) => this.#log(`Upkeep of the history failed: ${error}`));
    return { dataDir, catalogStore, catalog, historian };
  }

  #startArchive(history: DuckDbHistorian, catalog: Catalog, dataDir: DataDir): DataArchive {
    const databases = ['operational.sqlite', 'transitions.sqlite'];
    const archive = new DataArchive({ history, catalog, folder: dataDir.path('.'), databases, clock: this.#clock });
    archive.start();
    return archive;
  }

  async #startHttp(parts: {
    catalog: Catalog;
    latest: LatestTable;
    clock: Clock;
    historian: DuckDbHistorian;
    archive: DataArchive;
    transitions: Transitions;
    live: LiveServer;
  }): Promise<number> {
    const { host, httpPort: port, accessToken, allowedHosts, city, packDir } = this.#config;
    const server = new HttpServer(
      {
        host,
        port,
        allowedHosts: isLoopbackHost(host) ? allowedHosts : [...allowedHosts, host],
        city: { id: city, packDir },
        tilesDir: join(ROOT, 'dist', 'tiles'),
        viewerDir: join(ROOT, 'dist', 'viewer'),
        ...(accessToken !== undefined && { accessToken }),
      },
      {
        ...parts,
        issues: this.#issues,
        metrics: this.#metrics,
        checks: () => ({ historian: parts.historian.isOpen, broker: this.#brokerListens }),
        report: (error, what) => this.#log(`${what} failed: ${error instanceof Error ? error.stack : error}`),
      },
    );
    await this.#listen(server, 'http-port', port);
    this.#onStop('HTTP', () => server.stop());
    return server.port;
  }

  async #startBroker(intake: Pipeline): Promise<number> {
    const { host, mqttPort: port, accessToken } = this.#config;
    const broker = new MqttBroker(
      { host, port, ...(accessToken !== undefined && { accessToken }) },
      { intake, metrics: this.#metrics, clock: this.#clock },
    );
    await this.#listen(broker, 'mqtt-port', port);
    this.#brokerListens = true;
    this.#onStop('MQTT', () => {
      this.#brokerListens = false;
      return broker.stop();
    });
    return broker.port;
  }

  /** OPC UA: the simulated plant, and further servers that are configured. The answer is the plant's port. */
  async #startPlant(intake: Pipeline, mqttPort: number, dataDir: DataDir): Promise<number> {
    const { fleet: hasFleet, opcuaPort: wanted, opcuaEndpoints } = this.#config;
    const port = hasFleet ? await this.#plantPort(wanted) : wanted;
    const endpoints = hasFleet ? [`opc.tcp://127.0.0.1:${port}`, ...opcuaEndpoints] : opcuaEndpoints;
    const fleet = this.#fleetProcess(mqttPort, port, dataDir);
    if (endpoints.length > 0) {
      const client = new OpcuaClient({ endpoints, intake, clock: this.#clock, pkiDir: dataDir.path('pki') });
      // Connecting before the plant is there would be an outage that is none.
      const started = (hasFleet ? fleet.settled : Promise.resolve()).then(() => client.start());
      started.catch((error) => this.#log(`OPC UA cannot be read: ${error instanceof Error ? error.message : error}`));
      this.#onStop('OPC UA', () => started.then(() => client.stop()));
    }
    if (hasFleet) {
      fleet.start();
      this.#onStop('fleet', () => fleet.stop());
    }
    return port;
  }

  /** @throws {StartError} where another program has it */
  async #plantPort(wanted: number): Promise<number> {
    try {
      return await freePort('127.0.0.1', wanted);
    } catch (error) {
      throw portError(error, 'opcua-port', '127.0.0.1', wanted);
    }
  }

  #fleetProcess(mqttPort: number, opcuaPort: number, dataDir: DataDir): FleetProcess {
    const { packDir, things, fleetRate, seed, accessTokenFile, host } = this.#config;
    const args = ['--city-pack', packDir, '--mqtt-url', `mqtt://${urlHost(host)}:${mqttPort}`];
    args.push('--opcua-port', String(opcuaPort), '--pki-dir', dataDir.path('pki/plant'));
    if (things !== undefined) args.push('--things', String(things));
    if (fleetRate !== undefined) args.push('--rate', String(fleetRate));
    if (seed !== undefined) args.push('--seed', String(seed));
    if (accessTokenFile !== undefined) args.push('--token-file', accessTokenFile);
    return new FleetProcess({ script: FLEET, args, clock: this.#clock, log: this.#log });
  }

  async #listen(server: { start(): Promise<void> }, setting: string, port: number): Promise<void> {
    try {
      await server.start();
    } catch (error) {
      throw portError(error, setting, this.#config.host, port);
    }
  }

  #onStop(name: string, stop: Stop): void {
    this.#stops.push({ name, stop });
  }
}

/** The host as it stands in a URL of this machine. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
