import type { Catalog } from '#devices/catalog/catalog.ts';
import type { Clock } from '#devices/time/clock.ts';
import type { DataArchive } from '../archive/data-archive.ts';
import type { HistoryLag } from '../historian/feed/historian-feed.ts';
import type { HistoryReader } from '../historian/historian.ts';
import type { Journal } from '../journal/journal.ts';
import type { LatestTable } from '../live/latest-table.ts';
import type { LiveServer } from '../live/live-server.ts';
import type { Transitions } from '../live/transitions.ts';
import type { IngestMetrics } from '../pipeline/ingest-metrics.ts';
import type { IssueLog } from '../pipeline/issue-log.ts';
import type { SourceBook } from '../truth/source-book.ts';

/** What the HTTP service shows. It owns none of it. */
export interface HttpParts {
  readonly catalog: Catalog;
  readonly latest: LatestTable;
  readonly historian: HistoryReader & { readonly lag: HistoryLag };
  readonly journal: Pick<Journal, 'bytes' | 'end' | 'oldest' | 'rawMessage'>;
  /** Exports and backups; absent where the history is not the embedded one. */
  readonly archive?: DataArchive;
  readonly transitions: Pick<Transitions, 'abnormalAt' | 'between'>;
  readonly issues: Pick<IssueLog, 'counts' | 'newest'>;
  readonly metrics: Readonly<IngestMetrics>;
  readonly sources: Pick<SourceBook, 'survey' | 'sourcesOf' | 'totals'>;
  readonly live: LiveServer;
  readonly clock: Clock;
  /** What must be true before the service is ready, each with its name. */
  readonly checks: () => Readonly<Record<string, boolean>>;
  /** Told of every failure of ours. */
  readonly report: (error: unknown, what: string) => void;
}

export interface HttpOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** Absent: everybody on this machine may come in. */
  readonly accessToken?: string;
  /** Names, besides loopback, by which browsers may reach the service: `twin.example.org`, with or without a port. */
  readonly allowedHosts: readonly string[];
  /** Value of `--city`, and the folder of its pack. */
  readonly city: { readonly id: string; readonly packDir: string };
  /** Holds a folder per city with its tileset. */
  readonly tilesDir: string;
  readonly viewerDir: string;
}
