import { join } from 'node:path';
import { Catalog } from '#devices/catalog/catalog.ts';
import { CLOCK_AHEAD_TOLERANCE_MS } from '#devices/model/order-time.ts';
import type { Clock } from '#devices/time/clock.ts';
import { DataArchive } from '../archive/data-archive.ts';
import { SqliteCatalogStore } from '../catalog-store/sqlite-catalog-store.ts';
import type { Config } from '../config.ts';
import { FollowedHistory } from '../historian/feed/followed-history.ts';
import { HistorianFeed } from '../historian/feed/historian-feed.ts';
import type { Historian } from '../historian/historian.ts';
import { Journal } from '../journal/journal.ts';
import type { RowTarget } from '../journal/read-record.ts';
import { LatestTable } from '../live/latest-table.ts';
import { LiveServer } from '../live/live-server.ts';
import { Transitions } from '../live/transitions.ts';
import { createIngestMetrics } from '../pipeline/ingest-metrics.ts';
import { IssueLog } from '../pipeline/issue-log.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import { ReadingMemory } from '../pipeline/reading-memory.ts';
import { ROOT } from '../root.ts';
import { isLoopbackHost } from '../serve/access/host-guard.ts';
import { HttpServer } from '../serve/http-server.ts';
import type { HttpParts } from '../serve/parts.ts';
import type { MqttBrokerOptions } from '../source/mqtt-broker/broker-options.ts';
import { MqttBroker } from '../source/mqtt-broker/mqtt-broker.ts';
import { MqttClientSource } from '../source/mqtt-client/mqtt-client-source.ts';
import { OpcuaClient } from '../source/opcua-client.ts';
import type { SourceIssue } from '../source/source.ts';
import { SourceBook } from '../truth/source-book.ts';
import { type DataDir, openDataDir } from './data-dir.ts';
import { FleetProcess } from './fleet-process.ts';
import { freePort } from './free-port.ts';
import { openHistorian } from './open-historian.ts';
import { portError } from './start-error.ts';

const FLEET = join(ROOT, 'devices', 'fleet', 'main.ts');

/** Where the running service is reached. */
export interface Ready {
  readonly url: string;
  readonly httpPort: number;
  readonly mqttPort: number;
  readonly opcuaPort: number;
}

type Stores = Awaited<ReturnType<typeof openHistorian>> & { readonly catalog: Catalog };
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
    const stores = await this.#openStores();
    const { catalog, catalogStore, historian, dataDir } = stores;
    const memory = new ReadingMemory();
    const journal = await this.#openJournal(dataDir, historian, memory);
    if (memory.restored.size === 0) await this.#restoreFromHistory(historian, memory);
    const feed = this.#startFeed(journal, historian);
    const shared = { catalog, latest: this.#latest, clock: this.#clock };
    const path = dataDir.path('transitions.sqlite');
    const transitions = new Transitions({ ...shared, path, report: (issue) => this.#issues.report(issue) });
    transitions.start();
    this.#onStop('transitions', () => transitions.stop());

    const history = new FollowedHistory(historian, feed);
    const live = new LiveServer({
      ...shared,
      historyBehind: () => history.behind(this.#clock.now()),
      totals: () => ({ observations: this.#metrics.stored, issues: this.#issues.total }),
    });
    live.start();
    this.#onStop('live', () => live.stop());

    const sources = new SourceBook({ catalog, report: (issue) => this.#issues.report(issue) });
    const pipeline = new Pipeline({
      ...shared,
      catalogStore,
      journal,
      memory,
      issues: this.#issues,
      metrics: this.#metrics,
      sources,
    });
    pipeline.start();
    this.#onStop('pipeline', () => pipeline.stop());

    const archive = this.#archiveOf(stores, dataDir);
    const parts = { ...shared, historian: history, journal, transitions, sources, live };
    const httpPort = await this.#startHttp({ ...parts, ...(archive !== undefined && { archive }) });
    const mqttPort = await this.#startBroker(pipeline);
    await this.#startExternalBrokers(pipeline, dataDir);
    const opcuaPort = await this.#startPlant(pipeline, mqttPort, dataDir);
    return { url: `http://${urlHost(this.#config.host)}:${httpPort}`, httpPort, mqttPort, opcuaPort };
  }

  async #openStores() {
    const dataDir = openDataDir(this.#config.dataDir);
    this.#onStop('data folder', () => dataDir.release());
    const catalogStore = new SqliteCatalogStore(dataDir.path('operational.sqlite'));
    this.#onStop('catalog', () => catalogStore.close());
    const catalog = new Catalog(catalogStore);
    const report = (issue: SourceIssue) => this.#issues.report(issue);
    const parts = { catalog, clock: this.#clock, report, log: this.#log };
    const opened = await openHistorian(this.#config, dataDir, parts);
    this.#onStop('history', opened.close);
    return { dataDir, catalogStore, catalog, ...opened };
  }

  /** Exports and backups, where the history is one that can be copied. */
  #archiveOf({ archive: history, catalog }: Stores, dataDir: DataDir): DataArchive | undefined {
    if (history === undefined) return undefined;
    const databases = ['operational.sqlite', 'transitions.sqlite', 'retained.sqlite'];
    const archive = new DataArchive({ history, catalog, folder: dataDir.path('.'), databases, clock: this.#clock });
    archive.start();
    return archive;
  }

  async #openJournal(dataDir: DataDir, historian: Historian, memory: ReadingMemory): Promise<Journal> {
    const parts = {
      folder: dataDir.path('journal'),
      clock: this.#clock,
      latest: this.#latest,
      historianPosition: () => historian.position,
      report: (issue: SourceIssue) => this.#issues.report(issue),
      restore: (rows: RowTarget) => memory.restore(rows),
    };
    const journal = await Journal.open(parts, { budgetBytes: this.#config.journalBudget });
    this.#onStop('journal', () => journal.close());
    return journal;
  }

  /** A data folder from a backup, or from before there was a journal. History that is away now fills in nothing. */
  async #restoreFromHistory(historian: Historian, memory: ReadingMemory): Promise<void> {
    try {
      memory.restore(await historian.stateAt(this.#clock.now() + CLOCK_AHEAD_TOLERANCE_MS));
    } catch (error) {
      this.#log(`The newest values could not be read from history: ${error instanceof Error ? error.message : error}`);
    }
  }

  #startFeed(journal: Journal, historian: Historian): HistorianFeed {
    const report = (issue: SourceIssue) => this.#issues.report(issue);
    const feed = new HistorianFeed({ journal, historian, clock: this.#clock, report });
    feed.start();
    this.#onStop('history feed', () => feed.stop());
    return feed;
  }

  async #startHttp(
    parts: Pick<
      HttpParts,
      'catalog' | 'latest' | 'clock' | 'historian' | 'journal' | 'transitions' | 'sources' | 'live' | 'archive'
    >,
  ): Promise<number> {
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
        checks: () => ({ journal: this.#metrics.journalFailing === 0, broker: this.#brokerListens }),
        report: (error, what) => this.#log(`${what} failed: ${error instanceof Error ? error.stack : error}`),
      },
    );
    await this.#listen(server, 'http-port', port);
    this.#onStop('HTTP', () => server.stop());
    return server.port;
  }

  async #startBroker(intake: Pipeline): Promise<number> {
    const {
      host,
      mqttHost,
      mqttPort,
      mqttTlsHost,
      mqttTlsPort,
      accessToken,
      mqttAccountsFile,
      mqttMaxClients,
      dataDir,
    } = this.#config;
    const broker = new MqttBroker(
      {
        host: mqttHost ?? host,
        port: mqttPort,
        retainedFile: join(dataDir, 'retained.sqlite'),
        ...brokerTls(this.#config),
        ...(accessToken !== undefined && { accessToken }),
        ...(mqttAccountsFile !== undefined && { accountsFile: mqttAccountsFile }),
        ...(mqttMaxClients !== undefined && {
          maxClients: mqttMaxClients,
          maxClientsPerAddress: Math.ceil(mqttMaxClients / 2),
        }),
      },
      { intake, metrics: this.#metrics, clock: this.#clock },
    );
    try {
      await broker.start();
    } catch (error) {
      if (mqttTlsPort !== undefined && (error as { port?: number }).port === mqttTlsPort) {
        throw portError(error, 'mqtt-tls-port', mqttTlsHost ?? host, mqttTlsPort);
      }
      throw portError(error, 'mqtt-port', mqttHost ?? host, mqttPort);
    }
    this.#brokerListens = true;
    this.#onStop('MQTT', () => {
      this.#brokerListens = false;
      return broker.stop();
    });
    if (broker.tlsPort !== undefined) this.#log(`MQTT with TLS on port ${broker.tlsPort}`);
    return broker.port;
  }

  async #startExternalBrokers(intake: Pipeline, dataDir: DataDir): Promise<void> {
    const { mqttBrokers } = this.#config;
    if (mqttBrokers === undefined) return;
    const source = new MqttClientSource(
      { ...mqttBrokers, sessionFile: dataDir.path('mqtt-client.json') },
      { intake, metrics: this.#metrics, clock: this.#clock },
    );
    await source.start();
    this.#onStop('external MQTT brokers', () => source.stop());
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
    const { packDir, things, fleetRate, seed, accessTokenFile, host, mqttHost } = this.#config;
    const args = ['--city-pack', packDir, '--mqtt-url', `mqtt://${urlHost(mqttHost ?? host)}:${mqttPort}`];
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

function brokerTls(config: Config): Pick<MqttBrokerOptions, 'tls'> {
  const { host, mqttTlsHost, mqttTlsPort, mqttTlsCertFile, mqttTlsKeyFile, mqttTlsCaFile } = config;
  if (mqttTlsPort === undefined || mqttTlsCertFile === undefined || mqttTlsKeyFile === undefined) return {};
  return {
    tls: {
      host: mqttTlsHost ?? host,
      port: mqttTlsPort,
      certFile: mqttTlsCertFile,
      keyFile: mqttTlsKeyFile,
      ...(mqttTlsCaFile !== undefined && { caFile: mqttTlsCaFile }),
    },
  };
}

/** The host as it stands in a URL of this machine. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
