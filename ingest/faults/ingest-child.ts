import { join } from 'node:path';
import { Catalog } from '#devices/catalog/catalog.ts';
import { systemClock } from '#devices/time/clock.ts';
import { SqliteCatalogStore } from '../catalog-store/sqlite-catalog-store.ts';
import { FollowedHistory } from '../historian/feed/followed-history.ts';
import { HistorianFeed } from '../historian/feed/historian-feed.ts';
import { Journal } from '../journal/journal.ts';
import { LatestTable } from '../live/latest-table.ts';
import { createIngestMetrics } from '../pipeline/ingest-metrics.ts';
import { IssueLog } from '../pipeline/issue-log.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import { ReadingMemory } from '../pipeline/reading-memory.ts';
import { openHistorian } from '../service/open-historian.ts';
import { MqttBroker } from '../source/mqtt-broker/mqtt-broker.ts';
import { type BrokerAddress, parseBrokerUrl } from '../source/mqtt-client/broker-address.ts';
import { MqttClientSource } from '../source/mqtt-client/mqtt-client-source.ts';
import type { Intake, SourceIssue } from '../source/source.ts';
import { SourceBook } from '../truth/source-book.ts';
import type { HistoryNews, IngestOptions } from './ingest-process.ts';

/**
 * The real ingest as a process of its own, to be killed: broker, pipeline, catalog and journal in the folder given,
 * history there too or in an InfluxDB. It answers each message with how history does.
 */
const [folder = '.', given = '{}'] = process.argv.slice(2);
const { mode, externalUrl, influx, feed: feedLimits }: IngestOptions = JSON.parse(given);
const isHonest = mode !== 'break-the-promise';

const catalogStore = new SqliteCatalogStore(join(folder, 'operational.sqlite'));
const metrics = createIngestMetrics();
const catalog = new Catalog(catalogStore);
const issues = new IssueLog();
const latest = new LatestTable();
const memory = new ReadingMemory();
const aboutHistory: SourceIssue[] = [];
const report = (issue: SourceIssue) => {
  issues.report(issue);
  if (issue.kind.startsWith('history-')) aboutHistory.push(issue);
};
const stored = await openHistorian(
  { influx },
  { path: (name) => join(folder, name), release() {} },
  { catalog, clock: systemClock, report, log: () => {} },
);
const { historian } = stored;
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
const feed = new HistorianFeed({ journal, historian, clock: systemClock, report }, feedLimits);
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

const history = new FollowedHistory(historian, feed);
process.on('message', () => {
  const issues = aboutHistory.map(({ kind, reason }) => ({ kind, reason }));
  process.send?.({ lag: history.lag, issues } satisfies HistoryNews);
});

process.on('SIGTERM', async () => {
  await broker.stop();
  await external?.stop();
  await pipeline.stop();
  await feed.stop();
  await journal.close();
  await stored.close();
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
