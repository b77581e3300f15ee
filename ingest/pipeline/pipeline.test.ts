import { beforeEach, describe, expect, test } from 'vitest';
import { Catalog, forgetfulStore } from '#devices/catalog/catalog.ts';
import type { DatastreamSpec } from '#devices/model/datastream.ts';
import { appendObservation, createBatch } from '#devices/model/observation-batch.ts';
import { STATUS_CODES } from '#devices/model/status-code.ts';
import type { ThingId } from '#devices/model/thing.ts';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { HeldJournal } from '../journal/testing/held-journal.ts';
import { LatestTable } from '../live/latest-table.ts';
import type { Reading, SourceMessage } from '../source/source.ts';
import { SourceBook } from '../truth/source-book.ts';
import { createIngestMetrics } from './ingest-metrics.ts';
import { IssueLog } from './issue-log.ts';
import { PIPELINE_DEFAULTS, Pipeline, type PipelineLimits } from './pipeline.ts';
import { ReadingMemory } from './reading-memory.ts';

const NOW = Date.UTC(2026, 0, 1);
const { Good, Bad, Uncertain, UncertainSubNormal, UncertainEngineeringUnitsExceeded } = STATUS_CODES;

function setUp(limits: Partial<PipelineLimits> = {}) {
  const clock = new ManualClock(NOW);
  const catalog = new Catalog(forgetfulStore);
  const journal = new HeldJournal();
  const latest = new LatestTable();
  const issues = new IssueLog();
  const metrics = createIngestMetrics();
  const catalogStore = { commits: 0, commit: () => void catalogStore.commits++ };
  const sources = new SourceBook({ catalog, report: (issue) => issues.report(issue) });
  const parts = { catalog, catalogStore, journal, latest, issues, metrics, sources, clock };
  const pipeline = new Pipeline(parts, limits);
  const register = (...datastreams: DatastreamSpec[]) =>
    catalog.register({ id: 'a' as ThingId, datastreams }, { protocol: 'mqtt', address: 'twin/a' });
  /** Accepts and lets the group's window pass. */
  const take = async (...readings: Reading[]) => {
    const done = pipeline.accept(message(...readings));
    clock.advance(PIPELINE_DEFAULTS.groupWindowMs);
    await done;
  };
  return { ...parts, pipeline, register, take };
}

function message(...readings: Reading[]): SourceMessage {
  return { source: 'mqtt', address: 'twin/a', receivedTime: NOW, readings, things: [] };
}

function reading(value: Reading['value'], more: Partial<Reading> = {}): Reading {
  return { thing: 'a', property: 'x', value, time: undefined, status: Good, ...more };
}

let s: ReturnType<typeof setUp>;
beforeEach(() => {
  s = setUp();
});

describe('the catalog', () => {
  test('a Thing nobody registered appears unplaced, with the type its first value shows', async () => {
    await s.take(
      reading(3.5),
      reading(true, { property: 'open' }),
      reading(undefined, { property: 'mute', status: Bad }),
    );
    const thing = s.catalog.thing('a');
    expect(thing).toMatchObject({ type: 'unknown', source: { protocol: 'mqtt', address: 'twin/a' } });
    expect(thing?.location).toBeUndefined();
    expect(thing?.datastreams.map(({ property, resultType }) => [property, resultType])).toEqual([
      ['x', 'number'],
      ['open', 'boolean'],
      ['mute', 'number'],
    ]);
    expect(s.journal.rows.map(({ value }) => value)).toEqual([3.5, 1, Number.NaN]);
  });

  test('is on disk before an observation of it is', async () => {
    const order: string[] = [];
    s.catalogStore.commit = () => void order.push('catalog');
    s.pipeline.subscribe(() => order.push('observations'));
    await s.take(reading(1));
    expect(order).toEqual(['catalog', 'observations']);
  });

  test('a string is an observation only of a text or category', async () => {
    s.register({ property: 'mode', resultType: 'category' }, { property: 'x', resultType: 'number' });
    await s.take(reading('auto', { property: 'mode' }), reading('3.5'), reading('new', { property: 'note' }));
    expect(s.journal.rows.map(({ value }) => value)).toEqual(['auto']);
    expect(s.issues.counts()).toEqual({ 'type-mismatch': 1, 'type-unknown': 1 });
    expect(s.catalog.find('a', 'note')).toBeUndefined();
  });

  test.each([
    ['number', true],
    ['boolean', 2],
    ['category', 3],
    ['text', false],
  ] as const)('a %s does not take %s', async (resultType, value) => {
    s.register({ property: 'x', resultType });
    await s.take(reading(value));
    expect(s.journal.rows).toEqual([]);
    expect(s.issues.counts()).toEqual({ 'type-mismatch': 1 });
  });

  test('a boolean takes 0 and 1 as well', async () => {
    s.register({ property: 'x', resultType: 'boolean' });
    await s.take(reading(1), reading(false), reading(0), reading(true));
    expect(s.journal.rows.map(({ value }) => value)).toEqual([1, 0, 0, 1]);
  });
});

describe('status', () => {
  test('a value outside the range is stored as sent and marked', async () => {
    s.register({ property: 'x', resultType: 'number', range: [0, 10] });
    await s.take(reading(10), reading(10.1), reading(-1, { status: UncertainSubNormal }));
    expect(s.journal.rows.map(({ value, status }) => [value, status])).toEqual([
      [10, Good],
      [10.1, UncertainEngineeringUnitsExceeded],
      [-1, UncertainEngineeringUnitsExceeded],
    ]);
  });

  test('Bad has no result and stays the Bad it was', async () => {
    s.register({ property: 'x', resultType: 'number', range: [0, 10] });
    await s.take(reading(99, { status: STATUS_CODES.BadSensorFailure }));
    expect(s.journal.rows).toMatchObject([{ value: Number.NaN, status: STATUS_CODES.BadSensorFailure }]);
  });

  test('no value without Bad is no observation', async () => {
    await s.take(reading(undefined, { status: Good }));
    expect(s.journal.rows).toEqual([]);
    expect(s.issues.counts()).toEqual({ 'no-result': 1 });
  });

  test('a number that is none is no observation', async () => {
    await s.take(reading(Number.POSITIVE_INFINITY), reading(Number.NaN));
    expect(s.journal.rows).toEqual([]);
    expect(s.issues.counts()).toEqual({ 'not-a-number': 2 });
  });
});

describe('time', () => {
  test('more than five seconds ahead is stored as sent, marked, ordered by the received time, and an issue', async () => {
    await s.take(reading(1, { time: NOW + 3_600_000 }));
    await s.take(reading(2, { time: NOW + 5_000 }));
    expect(s.journal.rows.map(({ time, status }) => [time - NOW, status])).toEqual([
      [3_600_000, Uncertain],
      [5_000, Good],
    ]);
    expect(s.issues.counts()).toEqual({ 'clock-ahead': 1 });
    expect(s.latest.value[0]).toBe(2);
  });

  test('more than a year behind, as of a clock never set or seconds sent for milliseconds, is stored as sent, and an issue', async () => {
    const monthMs = 30 * 86_400_000;
    for (const time of [0, NOW / 1000, NOW - 13 * monthMs, NOW - 11 * monthMs]) await s.take(reading(1, { time }));
    expect(s.journal.rows.map(({ time, status }) => [time, status])).toEqual([
      [0, Good],
      [NOW / 1000, Good],
      [NOW - 13 * monthMs, Good],
      [NOW - 11 * monthMs, Good],
    ]);
    expect(s.issues.counts()).toEqual({ 'clock-behind': 3 });
  });

  test('readings without one are all kept, each a microsecond after the last where they came together', async () => {
    await s.take(...Array.from({ length: 100 }, (_, i) => reading(i)));
    const micros = s.journal.rows.map(({ time }) => Math.round((time - NOW) * 1000));
    expect(micros).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(s.metrics.duplicates).toBe(0);
  });

  test('a reading without one is later than one that gave a later time', async () => {
    await s.take(reading(1, { time: NOW + 3_000 }), reading(2));
    expect(s.journal.rows.map(({ time }) => Math.round((time - NOW) * 1000))).toEqual([3_000_000, 3_000_001]);
    expect(s.latest.value[0]).toBe(2);
  });

  test('late data goes to history and does not get over a newer value', async () => {
    await s.take(reading(1, { time: NOW }), reading(2, { time: NOW - 60_000 }));
    expect(s.journal.rows).toHaveLength(2);
    expect(s.latest.value[0]).toBe(1);
  });
});

describe('duplicates', () => {
  const sent = { time: NOW - 1_000 };

  test('same source time, value and status: stored once', async () => {
    await s.take(reading(1, sent), reading(1, sent));
    await s.take(reading(1, sent));
    expect(s.journal.rows).toHaveLength(1);
    expect(s.metrics).toMatchObject({ readings: 3, duplicates: 2, stored: 1, waiting: 0 });
  });

  test('another value or another status at the same time: both are kept', async () => {
    await s.take(reading(1, sent), reading(2, sent), reading(2, { ...sent, status: Uncertain }));
    expect(s.journal.rows).toHaveLength(3);
  });

  test('a duplicate is not acknowledged before its original is on disk', async () => {
    s.journal.isHeld = true;
    const first = s.pipeline.accept(message(reading(1, sent)));
    s.clock.advance(PIPELINE_DEFAULTS.groupWindowMs);
    const second = s.pipeline.accept(message(reading(1, sent)));
    s.clock.advance(PIPELINE_DEFAULTS.groupWindowMs);
    s.journal.fail();
    await expect(first).rejects.toThrow('disk full');
    await expect(second).rejects.toThrow('disk full');
  });

  test('what did not reach the disk is no duplicate when it is sent again', async () => {
    s.journal.failing = true;
    await expect(s.take(reading(1, sent))).rejects.toThrow('disk full');
    s.journal.failing = false;
    await s.take(reading(1, sent));
    expect(s.journal.rows).toHaveLength(1);
  });

  test('what reached the disk stays known where another value of the same time did not', async () => {
    await s.take(reading(1, sent));
    s.journal.failing = true;
    await expect(s.take(reading(2, sent))).rejects.toThrow('disk full');
    s.journal.failing = false;
    await s.take(reading(1, sent), reading(2, sent));
    expect(s.journal.rows.map(({ value }) => value)).toEqual([1, 2]);
  });

  test('of texts are known too', async () => {
    s.register({ property: 'x', resultType: 'text' });
    await s.take(reading('a', sent), reading('a', sent), reading('b', sent));
    expect(s.journal.rows.map(({ value }) => value)).toEqual(['a', 'b']);
  });
});

describe('group commit', () => {
  test('an accept resolves when its group is on disk, and viewers are told only then', async () => {
    s.journal.isHeld = true;
    let isDone = false;
    const done = s.pipeline.accept(message(reading(1))).then(() => {
      isDone = true;
    });
    s.clock.advance(PIPELINE_DEFAULTS.groupWindowMs);
    await Promise.resolve();
    expect([isDone, s.latest.size]).toEqual([false, 0]);
    s.journal.release();
    await done;
    expect([isDone, s.latest.size]).toEqual([true, 1]);
  });

  test('what comes within the window is one group', async () => {
    const all = Promise.all(Array.from({ length: 50 }, (_, i) => s.pipeline.accept(message(reading(i)))));
    s.clock.advance(PIPELINE_DEFAULTS.groupWindowMs);
    await all;
    expect(s.journal.groups).toEqual([50]);
  });

  test('a full group does not wait for its window', async () => {
    s = setUp({ maxGroup: 10 });
    await Promise.all(Array.from({ length: 10 }, (_, i) => s.pipeline.accept(message(reading(i)))));
    expect(s.journal.groups).toEqual([10]);
  });

  test('a failed commit is told to those who wait, counted, and an issue; the next one is tried', async () => {
    s.journal.failing = true;
    await expect(s.take(reading(1))).rejects.toThrow('disk full');
    s.journal.failing = false;
    await s.take(reading(2));
    expect(s.journal.rows.map(({ value }) => value)).toEqual([2]);
    expect(s.metrics).toMatchObject({ failedCommits: 1, commits: 1, waiting: 0 });
    expect(s.issues.counts()).toEqual({ 'commit-failed': 1 });
  });

  test('a disk that refused counts as failing until it takes something, not until duplicates alone came', async () => {
    await s.take(reading(1, { time: NOW - 5 }));
    s.journal.failing = true;
    await expect(s.take(reading(2))).rejects.toThrow('disk full');
    s.journal.failing = false;
    await s.take(reading(1, { time: NOW - 5 }));
    expect(s.metrics.journalFailing).toBe(1);
    await s.take(reading(2));
    expect(s.metrics.journalFailing).toBe(0);
  });

  test('a catalog that cannot be kept fails the group', async () => {
    s.catalogStore.commit = () => {
      throw new Error('disk full');
    };
    await expect(s.take(reading(1))).rejects.toThrow('disk full');
    expect(s.journal.rows).toEqual([]);
  });

  test('a listener that fails does not stop the ingest', async () => {
    s.pipeline.subscribe(() => {
      throw new Error('mistake');
    });
    await s.take(reading(1));
    await s.take(reading(2));
    expect(s.journal.rows).toHaveLength(2);
    expect(s.issues.counts()).toEqual({ 'listener-failed': 2 });
  });
});

describe('bounds', () => {
  async function fill() {
    s = setUp({ maxWaiting: 3, maxBlocked: 2, maxGroup: 3 });
    s.journal.isHeld = true;
    const taken = [0, 1, 2].map((i) => s.pipeline.accept(message(reading(i))));
    return taken;
  }

  test('above them messages that may be dropped are, and counted', async () => {
    await fill();
    await s.pipeline.accept({ ...message(reading(3)), mayDrop: true });
    expect(s.metrics).toMatchObject({ dropped: 1, waiting: 3 });
    expect(s.issues.counts()).toEqual({ dropped: 1 });
  });

  test('above them others wait, in their order, until there is room', async () => {
    const taken = await fill();
    const waiting = [3, 4].map((i) => s.pipeline.accept(message(reading(i))));
    s.journal.isHeld = false;
    s.journal.release();
    await Promise.all(taken);
    s.clock.advance(PIPELINE_DEFAULTS.groupWindowMs);
    await Promise.all(waiting);
    expect(s.journal.rows.map(({ value }) => value)).toEqual([0, 1, 2, 3, 4]);
  });

  test('too many that wait are refused, so that their sources see it', async () => {
    await fill();
    for (const i of [3, 4]) s.pipeline.accept(message(reading(i))).catch(() => {});
    await expect(s.pipeline.accept(message(reading(5)))).rejects.toThrow('send later');
  });
});

describe('bounds of bytes', () => {
  const large = (value: number): SourceMessage => ({ ...message(reading(value)), payload: new Uint8Array(1_000) });

  test('a group of large messages does not wait for its window, and grows no further while the disk is slow', async () => {
    s = setUp({ maxGroupBytes: 2_500, maxBlockedBytes: 2_500 });
    s.journal.isHeld = true;
    const taken = Array.from({ length: 9 }, (_, i) => s.pipeline.accept(large(i)));
    // Three are on their way, three fill the next group, three wait; that is all.
    await expect(s.pipeline.accept(large(9))).rejects.toThrow('3 messages already wait for the disk');
    s.journal.isHeld = false;
    s.journal.release();
    await Promise.all(taken);
    expect(s.journal.groups).toEqual([3, 3, 3]);
  });
});

describe('sources', () => {
  test('every reading is counted at who sent it, as what became of it', async () => {
    const sent = { time: NOW - 1_000 };
    await s.take(reading(1, sent), reading(1, sent), reading('one'), reading(2), reading(3, { time: NOW - 5_000 }));
    const [source] = s.sources.survey(NOW);
    expect(source).toMatchObject({ id: 'mqtt', messages: 1, readings: 5, stored: 3, duplicates: 1, refused: 1 });
    expect(source).toMatchObject({ late: 1, untimed: 1, dropped: 0 });
  });

  test('an observation that the disk refused is counted as stored only when it comes again', async () => {
    s.journal.failing = true;
    await expect(s.take(reading(1, { time: NOW - 1_000 }))).rejects.toThrow('disk full');
    expect(s.sources.survey(NOW)[0]?.stored).toBe(0);
    s.journal.failing = false;
    await s.take(reading(1, { time: NOW - 1_000 }));
    expect(s.sources.survey(NOW)[0]?.stored).toBe(1);
  });
});

describe('stop and start', () => {
  test('stop waits for what was taken and takes nothing more', async () => {
    const taken = s.pipeline.accept(message(reading(1)));
    await s.pipeline.stop();
    await taken;
    expect(s.journal.rows).toHaveLength(1);
    await expect(s.pipeline.accept(message(reading(2)))).rejects.toThrow('stopped');
  });

  test('start restores the latest values, and knows as duplicates what is in the journal, marked ones included', async () => {
    s.register({ property: 'x', resultType: 'number', range: [0, 6] });
    const sent = [reading(5, { time: NOW - 3 }), reading(6, { time: NOW - 2 }), reading(7, { time: NOW - 1 })];
    await s.take(...sent);
    const memory = new ReadingMemory();
    const batch = createBatch(0);
    for (const { index, time, receivedTime, value, status, position } of s.journal.rows) {
      appendObservation(batch, index, time, receivedTime, value as number, status, position);
    }
    memory.restore({ batch, texts: [] });
    const latest = new LatestTable();
    const second = new Pipeline({ ...s, memory, latest });
    second.start();
    expect(latest.value[0]).toBe(7);
    const again = second.accept(message(...sent));
    await second.stop();
    await again;
    expect(s.metrics.duplicates).toBe(3);
  });
});

describe('positions', () => {
  test('are dense in the order of arrival, and of what did not reach the disk are free again', async () => {
    await s.take(reading(1), reading('junk'), reading(2));
    s.journal.failing = true;
    await expect(s.take(reading(3))).rejects.toThrow('disk full');
    s.journal.failing = false;
    await s.take(reading(4));
    expect(s.journal.rows.map(({ value, position }) => [value, position])).toEqual([
      [1, 0],
      [2, 1],
      [4, 2],
    ]);
  });

  test('of readings of one datastream at one source time differ in their last three digits', async () => {
    const at = { time: NOW - 5 };
    await s.take(reading(0, at), ...Array.from({ length: 999 }, (_, i) => reading(i, { property: 'y' })));
    await s.take(reading(1, at), reading(2, at));
    const ofX = s.journal.rows.filter(({ index }) => index === 0).map(({ position }) => position);
    expect(ofX).toEqual([0, 1001, 1002]);
  });
});

describe('a journal that runs short', () => {
  test('drops what nobody waits for, counts it, and goes on taking the rest', async () => {
    s.journal.isShort = true;
    await s.pipeline.accept({ ...message(reading(1)), mayDrop: true });
    await s.take(reading(2));
    expect(s.journal.rows.map(({ value }) => value)).toEqual([2]);
    expect(s.metrics).toMatchObject({ dropped: 1 });
    expect(s.issues.newest()[0]?.reason).toContain('the journal has little room left');
  });
});
