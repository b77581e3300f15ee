import type { InfluxTarget } from '../historian/influx/influx-target.ts';
import type { InfluxServer } from '../historian/influx/testing/influx-server.ts';
import { CountedLives, type KillReport } from './counted-lives.ts';
import { IllInflux, type Illness } from './ill-influx.ts';
import type { IngestOptions, IngestProcess } from './ingest-process.ts';

export interface IllReport extends KillReport {
  /** What the ingest said of its history, as long as each lasted. */
  readonly said: Readonly<Record<string, string>>;
}

export interface IllOptions {
  readonly folder: string;
  readonly server: InfluxServer;
  /** Acknowledged messages of each life, which is half ill. */
  readonly messages: number;
  readonly feed?: IngestOptions['feed'];
}

const ILLNESSES: readonly Illness[] = ['401', '500', 'full-disk', 'half-answers'];

/** In the middle of each life the database gets well, where it was ill, and falls ill anew; each life ends with a kill. */
export async function influxIll({ folder, server, messages, feed }: IllOptions): Promise<IllReport> {
  await using between = new IllInflux(server.url);
  await between.start();
  const influx = { ...(await server.createPlace()), url: between.url };
  const lives = new CountedLives(folder, { influx, ...(feed !== undefined && { feed }) });
  const said: Record<string, string> = {};
  for (const [at, illness] of [...ILLNESSES, undefined].entries()) {
    const step = async (ingest: IngestProcess) => {
      if (at > 0) await problemOf(ingest);
      between.recover();
      await ingest.historyWhere(({ lag }) => lag.problem === undefined);
      if (illness === undefined) return;
      between.fallIll(illness);
      said[illness] = await problemOf(ingest);
    };
    await lives.live(messages, { at: { acknowledged: messages >> 1, step } });
  }
  return { said, ...(await lives.report()) };
}

export interface OtherVersionOptions extends IllOptions {
  /** What answers at the address later: another version, which takes any token and has nothing of ours yet. */
  readonly later: InfluxServer;
}

/**
 * The database comes back as another version, without what the old one had and at first without a place for us: history
 * goes on there. What is stored counts in both together.
 */
export async function influxOtherVersion(options: OtherVersionOptions): Promise<IllReport> {
  const { folder, server, later, messages, feed } = options;
  await using between = new IllInflux(server.url);
  await between.start();
  const place = await server.createPlace();
  const lives = new CountedLives(folder, {
    influx: { ...place, url: between.url },
    ...(feed !== undefined && { feed }),
  });
  const said: Record<string, string> = {};
  const change = async (ingest: IngestProcess) => {
    await ingest.historyWhere(({ lag }) => lag.problem === undefined);
    between.leadTo(later.url);
    said['another version'] = await problemOf(ingest);
  };
  const makePlace = async (ingest: IngestProcess) => {
    await problemOf(ingest);
    await createSame(later, place);
    await ingest.historyWhere(({ lag }) => lag.problem === undefined);
  };
  const half = messages >> 1;
  await lives.live(messages, { at: { acknowledged: half, step: change } });
  await lives.live(messages, { at: { acknowledged: half, step: makePlace } });
  const newer = await lives.numbers();
  between.leadTo(server.url);
  return { said, ...(await lives.report([newer, await lives.numbers()])) };
}

async function createSame(server: InfluxServer, { bucket }: InfluxTarget): Promise<void> {
  for (;;) if ((await server.createPlace()).bucket === bucket) return;
}

async function problemOf(ingest: IngestProcess): Promise<string> {
  const { lag } = await ingest.historyWhere(({ lag }) => lag.problem !== undefined);
  return lag.problem?.message ?? '';
}
