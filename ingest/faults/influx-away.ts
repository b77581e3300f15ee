import type { InfluxServer } from '../historian/influx/testing/influx-server.ts';
import { CountedLives, type KillReport } from './counted-lives.ts';
import { MESSAGES_PER_SECOND } from './counting-publisher.ts';
import type { IngestOptions, IngestProcess } from './ingest-process.ts';

/** `killed`: nothing listens any more; `frozen`: it stands still and its connections stay open. */
export type Absence = 'killed' | 'frozen';

export interface AwayOptions {
  readonly folder: string;
  readonly server: InfluxServer;
  readonly absence: Absence;
  /** Messages while the database is away, in three lives. */
  readonly messages: number;
  /** Messages before it goes, and after it is back. */
  readonly around: number;
  readonly feed?: IngestOptions['feed'];
}

export interface AwayReport extends KillReport {
  readonly absence: Absence;
  /** Messages acknowledged and not in history when the database came back. */
  readonly behind: number;
  /** That time by the publisher's clock, and by ours. */
  readonly awayMinutes: number;
  readonly awaySeconds: number;
  readonly catchUpSeconds: number;
  /** What the ingest said meanwhile. */
  readonly said: readonly string[];
}

/**
 * History is in an InfluxDB that goes away while a publisher goes on; meanwhile the ingest is killed twice, and started
 * again with the database still away; then the database comes back under it, it catches up, is killed once more, and what
 * is stored is counted.
 */
export async function influxAway(options: AwayOptions): Promise<AwayReport> {
  const { folder, server, absence, messages, around, feed } = options;
  const influx = await server.createPlace();
  const lives = new CountedLives(folder, { influx, ...(feed !== undefined && { feed }) });
  const said = new Set<string>();
  const listen = async (ingest: IngestProcess) => {
    const { problem } = (await ingest.history()).lag;
    if (problem !== undefined) said.add(problem.message);
  };
  let awayAt = 0;
  let backAt = 0;
  let behind = 0;
  const leave = async () => {
    awayAt = Date.now();
    if (absence === 'killed') await server.kill();
    else server.freeze();
  };
  const comeBack = async (ingest: IngestProcess) => {
    const news = await ingest.historyWhere(({ lag }) => lag.problem !== undefined);
    if (news.lag.problem !== undefined) said.add(news.lag.problem.message);
    behind = news.lag.observations;
    backAt = Date.now();
    if (absence === 'killed') await server.start();
    else server.thaw();
  };
  const third = Math.ceil(messages / 3);
  await lives.live(around + third, { at: { acknowledged: around, step: leave }, inTheEnd: listen });
  await lives.live(third, { inTheEnd: listen });
  let caughtUpAt = 0;
  const catchUp = async (ingest: IngestProcess) => {
    await ingest.historyWhere(({ lag }) => lag.observations === 0);
    caughtUpAt = Date.now();
  };
  await lives.live(third + around, { at: { acknowledged: third, step: comeBack }, inTheEnd: catchUp });
  return {
    absence,
    behind,
    awayMinutes: behind / MESSAGES_PER_SECOND / 60,
    awaySeconds: (backAt - awayAt) / 1_000,
    catchUpSeconds: (caughtUpAt - backAt) / 1_000,
    said: [...said],
    ...(await lives.report()),
  };
}
