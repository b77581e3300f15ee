import { join } from 'node:path';
import { Catalog } from '#devices/catalog/catalog.ts';
import { systemClock } from '#devices/time/clock.ts';
import { SqliteCatalogStore } from '../catalog-store/sqlite-catalog-store.ts';
import { DuckDbHistorian } from '../historian/duckdb/duckdb-historian.ts';
import { HistorianFeed } from '../historian/feed/historian-feed.ts';
import { Journal } from '../journal/journal.ts';
import { LatestTable } from '../live/latest-table.ts';
import { createIngestMetrics } from '../pipeline/ingest-metrics.ts';
import { IssueLog } from '../pipeline/issue-log.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import { ReadingMemory } from '../pipeline/reading-memory.ts';
import { MqttBroker } from '../source/mqtt-broker/mqtt-broker.ts';
import { type BrokerAddress, parseBrokerUrl } from '../source/mqtt-client/broker-address.ts';
import { MqttClientSource } from '../source/mqtt-client/mqtt-client-source.ts';
import type { Intake } from '../source/source.ts';
import { SourceBook } from '../truth/source-book.ts';

/**
 * The real ingest as a process of its own, to be killed: broker, pipeline, catalog and history in the folder given.
 * Given the URL of an external broker it reads that too. With `break-the-promise` it acknowledges before anything is on disk: the control that must lose.
 */
const [folder = '.', mode, externalUrl] = process.argv.slice(2);
const isHonest = mode !== 'break-the-promise';

const historian = await DuckDbHistorian.open(join(folder, 'history.duckdb'));
const catalogStore = new SqliteCatalogStore(join(folder, 'operational.sqlite'));
const metrics = createIngestMetrics();
const catalog = new Catalog(catalogStore);
const issues = new IssueLog();
const latest = new LatestTable();
const memory = new ReadingMemory();
const report = issues.report.bind(issues);
// No reserve: the full disk itself is what these tests are about.
const journal = await Journal.open(
  {
    folder: join(folder, 'journal'),
    clock: systemClock,
    latest,
    historianPosition: () => historian.position,
    report,
    restore: (rows) => memory.restore(rows),
  },
  { reserveBytes: 0 },
);
const feed = new HistorianFeed({ journal, historian, clock: systemClock, report });
feed.start();
const pipeline = new Pipeline(
  {
    catalog,
    catalogStore,
    journal,
    memory,
    latest,
    issues,
    metrics,
    sources: new SourceBook({ catalog, report: (issue) => issues.report(issue) }),
    clock: systemClock,
  },
  isHonest ? {} : { groupWindowMs: 3_600_000, maxGroup: 1_000_000, maxWaiting: 1_000_000 },
);
pipeline.start();

const hasty: Intake = {
  accept: async (message) => {
    pipeline.accept(message).catch(() => {
      // The promise that this control breaks.
    });
  },
  report: (issue) => pipeline.report(issue),
};
const intake = isHonest ? pipeline : hasty;
const broker = new MqttBroker({ host: '127.0.0.1', port: 0 }, { intake, metrics, clock: systemClock });
await broker.start();
const external = externalUrl === undefined ? undefined : await readExternal(externalUrl);
process.send?.({ port: broker.port, pid: process.pid });

process.on('SIGTERM', async () => {
  await broker.stop();
  await external?.stop();
  await pipeline.stop();
  await feed.stop();
  await journal.close();
  await historian.close();
  catalogStore.close();
  process.exit(0);
});

/** Resolves when it is subscribed. */
async function readExternal(url: string): Promise<MqttClientSource> {
  const source = new MqttClientSource(
    { brokers: [parseBrokerUrl(url) as BrokerAddress], sessionFile: join(folder, 'mqtt-client.json') },
    { intake, metrics, clock: systemClock },
  );
  await source.start();
  while (metrics.mqttExternalConnected === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  return source;
}
