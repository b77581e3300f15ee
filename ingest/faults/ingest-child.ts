import { join } from 'node:path';
import { Catalog } from '#devices/catalog/catalog.ts';
import { systemClock } from '#devices/time/clock.ts';
import { SqliteCatalogStore } from '../catalog-store/sqlite-catalog-store.ts';
import { DuckDbHistorian } from '../historian/duckdb/duckdb-historian.ts';
import { LatestTable } from '../live/latest-table.ts';
import { createIngestMetrics } from '../pipeline/ingest-metrics.ts';
import { IssueLog } from '../pipeline/issue-log.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import { MqttBroker } from '../source/mqtt-broker/mqtt-broker.ts';
import type { Intake } from '../source/source.ts';

/**
 * The real ingest as a process of its own, to be killed: broker, pipeline, catalog and history in the folder given.
 * With `break-the-promise` it acknowledges before anything is on disk: the control that must lose.
 */
const [folder = '.', mode] = process.argv.slice(2);
const isHonest = mode !== 'break-the-promise';

const historian = await DuckDbHistorian.open(join(folder, 'history.duckdb'));
const catalogStore = new SqliteCatalogStore(join(folder, 'operational.sqlite'));
const metrics = createIngestMetrics();
const pipeline = new Pipeline(
  {
    catalog: new Catalog(catalogStore),
    catalogStore,
    historian,
    latest: new LatestTable(),
    issues: new IssueLog(),
    metrics,
    clock: systemClock,
  },
  isHonest ? {} : { groupWindowMs: 3_600_000, maxGroup: 1_000_000, maxWaiting: 1_000_000 },
);
await pipeline.start();

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
process.send?.({ port: broker.port });

process.on('SIGTERM', async () => {
  await broker.stop();
  await pipeline.stop();
  await historian.close();
  catalogStore.close();
  process.exit(0);
});
