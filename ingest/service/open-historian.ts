import type { Catalog } from '#devices/catalog/catalog.ts';
import type { Clock } from '#devices/time/clock.ts';
import { formatInstant } from '#devices/time/instant.ts';
import type { Config } from '../config.ts';
import { DuckDbHistorian } from '../historian/duckdb/duckdb-historian.ts';
import type { Historian } from '../historian/historian.ts';
import type { HistoryArchive } from '../historian/history-archive.ts';
import { InfluxHistorian } from '../historian/influx/influx-historian.ts';
import type { SourceIssue } from '../source/source.ts';
import type { DataDir } from './data-dir.ts';

/** A database that nobody asks is asked whether it is there, ms. */
const CHECK_MS = 30_000;

export interface HistorianParts {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly report: (issue: SourceIssue) => void;
  readonly log: (line: string) => void;
}

export interface OpenedHistorian {
  readonly historian: Historian;
  /** Where it can be exported and copied. */
  readonly archive?: HistoryArchive;
  close(): Promise<void>;
}

/** The historian that the settings name: the embedded one, or an InfluxDB, which need not be there now. */
export async function openHistorian(
  config: Pick<Config, 'influx'> & Partial<Pick<Config, 'retention'>>,
  dataDir: DataDir,
  parts: HistorianParts,
): Promise<OpenedHistorian> {
  const { catalog, clock, report, log } = parts;
  if (config.influx === undefined) {
    const historian = await DuckDbHistorian.open(dataDir.path('history.duckdb'), {
      ...(config.retention !== undefined && { retention: config.retention }),
      propertyOf: (index) => catalog.datastream(index)?.property,
    });
    historian.startUpkeep(clock, (error) => log(`Upkeep of the history failed: ${error}`));
    return { historian, archive: historian, close: () => historian.close() };
  }
  const historian = await InfluxHistorian.open({
    ...config.influx,
    historyCursorPath: dataDir.path('influx-cursor.json'),
    directory: catalog,
    clock,
    onRefused: (reason, rows) => {
      for (const { index, time } of rows) {
        const address = catalog.datastream(index)?.id ?? String(index);
        const text = `InfluxDB refused the observation of ${formatInstant(time)}: ${reason}`;
        report({
          time: clock.now(),
          source: 'history',
          kind: 'history-refused',
          address,
          firstBytes: '',
          reason: text,
        });
      }
    },
  });
  // What it finds stands in `problem`.
  const check = () => void historian.check().catch(() => {});
  check();
  const stopChecking = clock.every(CHECK_MS, check);
  return {
    historian,
    close() {
      stopChecking();
      return historian.close();
    },
  };
}
