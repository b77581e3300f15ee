import type { Catalog } from '#devices/catalog/catalog.ts';
import type { ObservationBatch, TextObservation } from '#devices/model/observation-batch.ts';
import type { Clock } from '#devices/time/clock.ts';
import type { Historian } from '../historian/historian.ts';
import type { LatestTable } from '../live/latest-table.ts';
import type { Intake, SourceIssue, SourceMessage } from '../source/source.ts';
import type { IngestMetrics } from './ingest-metrics.ts';
import type { IssueLog } from './issue-log.ts';

export interface PipelineParts {
  readonly catalog: Catalog;
  /** Makes what the catalog saved durable; called before the observations of a group are stored. */
  readonly catalogStore: { commit(): void };
  readonly historian: Historian;
  readonly latest: LatestTable;
  readonly issues: IssueLog;
  readonly metrics: IngestMetrics;
  readonly clock: Clock;
}

/** Called after each commit; what it is given is reused after it returns. */
export type CommitListener = (batch: ObservationBatch, texts: readonly TextObservation[]) => void;

export class Pipeline implements Intake {
  constructor(_parts: PipelineParts) {}

  /** Restores the latest table from the historian. Call after those who subscribe to the table have done so. */
  start(): Promise<void> {
    throw new Error('not yet');
  }

  /** Takes nothing more, waits for what is in flight. Does not close the historian. */
  stop(): Promise<void> {
    throw new Error('not yet');
  }

  accept(_message: SourceMessage): Promise<void> {
    throw new Error('not yet');
  }

  report(_issue: SourceIssue): void {
    throw new Error('not yet');
  }

  /** Everything that was stored, group by group. */
  subscribe(_listener: CommitListener): () => void {
    throw new Error('not yet');
  }
}
