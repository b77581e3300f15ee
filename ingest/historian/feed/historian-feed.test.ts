import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '#devices/time/clock.ts';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { Journal } from '../../journal/journal.ts';
import { RecordBuffer } from '../../journal/record-buffer.ts';
import { LatestTable } from '../../live/latest-table.ts';
import { RememberingHistorian } from '../../serve/testing/remembering-historian.ts';
import type { SourceIssue } from '../../source/source.ts';
import type { HistorianWrite } from '../historian.ts';
import { FollowedHistory } from './followed-history.ts';
import { type FeedLimits, HistorianFeed } from './historian-feed.ts';

const QUICK: Partial<FeedLimits> = {
  ...{ intervalMs: 1, maxRows: 10, calmStartMs: 0, settleMs: 60_000 },
  ...{ firstRetryMs: 1, longestRetryMs: 4 },
};
const T0 = 1.7e12;

/** Takes nothing while it is away, and forgets the answer of some writes, as a database does that dies after them. */
class AwayHistorian extends RememberingHistorian {
  isAway = false;
  tries = 0;
  readonly positions: number[] = [];

  override async append(write: HistorianWrite): Promise<void> {
    this.tries++;
    if (this.isAway) throw new Error('history is away');
    const { batch } = write;
    for (let i = 0; i < batch.count; i++) this.positions.push(batch.position[i] as number);
    await super.append(write);
  }
}

let folder: string;
let journal: Journal;
let historian: AwayHistorian;
let feed: HistorianFeed;
let issues: SourceIssue[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-feed-'));
  historian = new AwayHistorian();
  issues = [];
  journal = await openJournal();
});
afterEach(async () => {
  historian.isAway = false;
  await feed?.stop();
  await journal.close();
  rmSync(folder, { recursive: true, force: true });
});

function openJournal(): Promise<Journal> {
  return Journal.open(
    {
      folder,
      clock: systemClock,
      latest: new LatestTable(),
      historianPosition: () => historian.position,
      report: () => {},
      restore: () => {},
    },
    { segmentBytes: 2_000, budgetBytes: 20_000, reserveBytes: 0 },
  );
}

function startFeed(limits: Partial<FeedLimits> = {}): void {
  feed = new HistorianFeed(
    { journal, historian, clock: systemClock, report: (issue) => issues.push(issue) },
    { ...QUICK, ...limits },
  );
  feed.start();
}

async function write(count: number): Promise<void> {
  const records = new RecordBuffer();
  let { end } = journal;
  for (let i = 0; i < count; i++, end++) {
    records.begin('message', 'mqtt', T0 + end, end);
    records.number(0, 0, end, T0 + end, end, T0 + end);
    records.finish('twin/a/x', '');
  }
  await journal.write(records, end);
}

function upTo(end: number, from = 0): number[] {
  return Array.from({ length: end - from }, (_, i) => from + i);
}

test('carries everything over, in order and once, from where history is', async () => {
  await write(25);
  startFeed();
  await feed.settle();
  await write(25);
  await feed.settle();
  expect(historian.positions).toEqual(upTo(50));
  expect(feed.lag).toEqual({ observations: 0, completeUntil: undefined, problem: undefined });
  await feed.stop();
  await write(3);
  startFeed();
  await feed.settle();
  expect(historian.positions).toEqual(upTo(53));
});

test('while history is away it says so once, knows since when history lacks something, and tries until it is back', async () => {
  historian.isAway = true;
  await write(30);
  startFeed();
  await expect.poll(() => historian.tries).toBeGreaterThan(5);
  await feed.settle();
  expect(feed.lag).toEqual({
    observations: 30,
    completeUntil: T0,
    problem: { kind: 'failed', message: 'history is away' },
  });
  expect(issues.map(({ kind }) => kind)).toEqual(['history-away']);
  historian.isAway = false;
  await expect.poll(() => feed.lag.observations).toBe(0);
  expect(historian.positions).toEqual(upTo(30));
  expect(issues.map(({ kind }) => kind)).toEqual(['history-away', 'history-back']);
});

test('a question is answered with everything that was acknowledged before it', async () => {
  startFeed({ intervalMs: 3_600_000 });
  const history = new FollowedHistory(historian, feed);
  await write(12);
  const { observations } = await history.observations(0, { from: 0, to: 2e12 }, 100);
  expect(observations).toHaveLength(12);
  await write(1);
  expect((await history.stateAt(T0 + 12)).batch.value[0]).toBe(12);
});

test('a question is answered though history is away, with what it has', async () => {
  await write(5);
  startFeed();
  await feed.settle();
  historian.isAway = true;
  await write(5);
  await expect.poll(() => feed.lag.problem).toBeDefined();
  const history = new FollowedHistory(historian, feed);
  expect((await history.observations(0, { from: 0, to: 2e12 }, 100)).observations).toHaveLength(5);
  expect(history.lag.completeUntil).toBe(T0 + 5);
});

test('a historian that never answers does not hold up the stop', async () => {
  historian.append = () => new Promise(() => {});
  await write(3);
  startFeed({ settleMs: 20 });
  await expect.poll(() => feed.lag.completeUntil).toBe(T0);
  await feed.stop();
  expect(historian.position).toBe(0);
});

test('what the journal gave up before history had it is told', async () => {
  await write(200);
  historian.position = 200;
  for (let i = 0; i < 30; i++) {
    await write(20);
    historian.position = journal.end;
  }
  historian.position = 0;
  startFeed();
  await feed.settle();
  expect(issues.map(({ kind }) => kind)).toEqual(['history-gap']);
  expect(historian.positions).toEqual(upTo(journal.end, journal.oldest));
});

test('while it catches up it always knows until when history is complete', async () => {
  await write(200);
  const seen: (number | undefined)[] = [];
  const reader = journal.reader();
  const watched = {
    oldest: 0,
    get end() {
      return journal.end;
    },
    reader: () => ({
      read: (...given: Parameters<typeof reader.read>) => {
        seen.push(feed.lag.completeUntil);
        return reader.read(...given);
      },
      close: () => reader.close(),
    }),
  };
  feed = new HistorianFeed(
    { journal: watched as never, historian, clock: systemClock, report: (issue) => issues.push(issue) },
    QUICK,
  );
  feed.start();
  await feed.settle();
  expect(seen.length).toBeGreaterThan(10);
  // Nothing is known before the first look.
  expect(seen[0]).toBe(0);
  for (const until of seen.slice(1)) expect(until).toBeGreaterThanOrEqual(T0);
});

test('ends at once though history refuses at that moment, and would be asked again much later', async () => {
  const clock = new ManualClock(T0);
  await write(5);
  let refuse: (() => void) | undefined;
  historian.append = () =>
    new Promise((_, reject) => {
      refuse = () => reject(new Error('history is away'));
    });
  feed = new HistorianFeed({ journal, historian, clock, report: (issue) => issues.push(issue) }, QUICK);
  feed.start();
  await expect.poll(() => refuse).toBeDefined();
  const stopped = feed.stop();
  clock.advance(60_000);
  // Settling gives up, and then it is told to end.
  await new Promise((resolve) => setImmediate(resolve));
  refuse?.();
  await stopped;
  expect(issues.map(({ kind }) => kind)).toEqual(['history-away']);
});

test('far behind, it offers the next stretch while one is on its way; refused, both come again in their order', async () => {
  await write(60);
  const offered: { first: number; answer: PromiseWithResolvers<void> }[] = [];
  const take = historian.append.bind(historian);
  historian.append = ({ batch }) => {
    const answer = Promise.withResolvers<void>();
    offered.push({ first: batch.position[0] as number, answer });
    return answer.promise;
  };
  startFeed();
  await expect.poll(() => offered.length).toBe(2);
  const [stretch, ahead] = offered;
  expect([stretch?.first, ahead?.first]).toEqual([0, 10]);
  expect(feed.lag).toMatchObject({ observations: 60, completeUntil: T0 });
  historian.append = take;
  stretch?.answer.reject(new Error('history is away'));
  // The historian may still be at the second one: nothing is offered again before it has answered.
  await new Promise((resolve) => setImmediate(resolve));
  expect(historian.tries).toBe(0);
  ahead?.answer.reject(new Error('the one before it failed'));
  await expect.poll(() => feed.lag.observations).toBe(0);
  expect(historian.positions).toEqual(upTo(60));
});

test('at the start of the service it takes one stretch at a time', async () => {
  const clock = new ManualClock(T0);
  await write(60);
  const offered: PromiseWithResolvers<void>[] = [];
  historian.append = () => {
    const answer = Promise.withResolvers<void>();
    offered.push(answer);
    return answer.promise;
  };
  feed = new HistorianFeed({ journal, historian, clock, report: () => {} }, { ...QUICK, calmStartMs: 1_000 });
  feed.start();
  await expect.poll(() => offered.length).toBe(1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(offered.length).toBe(1);
  clock.advance(1_000);
  offered[0]?.resolve();
  await expect.poll(() => offered.length).toBe(3);
  for (const answer of offered) answer.resolve();
  historian.append = async () => {};
});
