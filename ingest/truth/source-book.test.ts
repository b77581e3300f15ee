import { beforeEach, describe, expect, test } from 'vitest';
import { Catalog, forgetfulStore } from '#devices/catalog/catalog.ts';
import type { Datastream } from '#devices/model/datastream.ts';
import type { ThingId } from '#devices/model/thing.ts';
import type { Reading, SourceIssue } from '../source/source.ts';
import { MAX_SOURCES, SourceBook } from './source-book.ts';

const START = Date.UTC(2026, 0, 1);

function setUp() {
  const catalog = new Catalog(forgetfulStore);
  const issues: SourceIssue[] = [];
  const book = new SourceBook({ catalog, report: (issue) => issues.push(issue) });
  const register = (id: string, intervalMs?: number): Datastream =>
    catalog.register(
      {
        id: id as ThingId,
        datastreams: [{ property: 'x', resultType: 'number', ...(intervalMs !== undefined && { intervalMs }) }],
      },
      { protocol: 'mqtt', address: `twin/${id}` },
    ).datastreams[0] as Datastream;
  /** One reading of `stream`, sent and received in ms after the start, stored as the pipeline stores it. */
  const send = (sender: string, stream: Datastream, sentMs: number | undefined, receivedMs: number, status = 0) => {
    const receivedTime = START + receivedMs;
    const time = sentMs === undefined ? undefined : START + sentMs;
    const reading: Reading = { thing: 'a', property: 'x', value: 1, time, status };
    const source = sender.startsWith('opc.tcp') ? 'opcua' : 'mqtt';
    const message = { source, sender, address: 'twin/a', receivedTime, readings: [reading], things: [] } as const;
    const record = book.arrived(message);
    const now = catalog.datastream(stream.index) as Datastream;
    book.stored(record, now, reading, time ?? receivedTime, receivedTime);
    return record;
  };
  const at = (ms: number) => book.survey(START + ms).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return { catalog, book, issues, register, send, at };
}

let s: ReturnType<typeof setUp>;
beforeEach(() => {
  s = setUp();
});

describe('a source', () => {
  test('is who sends, not where a reading belongs', () => {
    const [x, y] = [s.register('a'), s.register('b')];
    s.send('gateway', x, 0, 10);
    s.send('gateway', y, 0, 10);
    s.send('lonely', s.register('c'), 0, 20);
    expect(s.at(1_000).map(({ id, stored, datastreams }) => [id, stored, datastreams])).toEqual([
      ['mqtt:gateway', 2, 2],
      ['mqtt:lonely', 1, 1],
    ]);
    expect([...s.book.sourcesOf([x, y])].map(({ sender }) => sender)).toEqual(['gateway']);
  });

  test('without a sender is its protocol', () => {
    const message = { source: 'mqtt', address: '', receivedTime: START, readings: [], things: [] } as const;
    expect(s.book.arrived(message).id).toBe('mqtt');
  });

  test('that made up its name is forgotten before one that goes on sending', () => {
    const kept = s.register('kept');
    for (let i = 0; i < 2 * MAX_SOURCES; i++) {
      s.send(`made-up-${i}`, s.register('a'), undefined, i);
      if (i % 100 === 0) s.send('steady', kept, undefined, i);
    }
    const all = s.at(2 * MAX_SOURCES);
    expect(all.length).toBeLessThanOrEqual(MAX_SOURCES);
    expect(all.find(({ sender }) => sender === 'steady')?.readings).toBe(200);
  });

  test('counts an observation that the disk refused when it comes again, and not twice', () => {
    const stream = s.register('a');
    s.send('a', stream, 0, 10);
    s.book.notStored(stream.index);
    expect(s.send('a', stream, 0, 1_000).stored).toBe(1);
  });
});

describe('gaps', () => {
  test('are silences longer than three intervals; what was missing is counted, also in shorter ones', () => {
    const stream = s.register('a', 10_000);
    for (const sent of [0, 10_000, 20_000, 40_000, 100_000]) s.send('a', stream, sent, sent + 50);
    const [source] = s.at(100_000);
    expect(source?.missing).toBe(1 + 5);
    expect(source?.gaps.newest).toEqual([
      { from: START + 40_000, to: START + 100_000, index: 0, datastreams: 1, missing: 5, filled: 0 },
    ]);
    expect(s.book.totals).toEqual({ late: 0, missing: 6, gaps: 1, overflows: 0 });
  });

  test('that many datastreams share are one', () => {
    const streams = Array.from({ length: 50 }, (_, i) => s.register(`t${i}`, 1_000));
    for (const [i, stream] of streams.entries()) {
      s.send('a', stream, i * 20, i * 20);
      s.send('a', stream, 60_000 + i * 20, 60_000 + i * 20);
    }
    const gaps = s.at(61_000)[0]?.gaps;
    expect([gaps?.total, gaps?.newest[0]?.datastreams]).toEqual([1, 50]);
  });

  test('that late readings fill stay, and say so', () => {
    const stream = s.register('a', 10_000);
    for (const sent of [0, 60_000]) s.send('a', stream, sent, sent);
    for (const sent of [10_000, 20_000, 30_000]) s.send('a', stream, sent, 70_000);
    const [source] = s.at(70_000);
    expect([source?.late, source?.missing, source?.gaps.newest[0]?.filled]).toEqual([3, 2, 3]);
  });

  test('before a source was first heard are none, however old what it sends after', () => {
    const stream = s.register('a', 10_000);
    for (const sent of [-1e12, -1e9, -60_000, 0, 10_000]) s.send('a', stream, sent, 10_050);
    expect(s.at(11_000)[0]).toMatchObject({ stored: 5, missing: 0 });
    expect(s.book.totals.gaps).toBe(0);
  });

  test('of a datastream without an interval are none', () => {
    const stream = s.register('a');
    for (const sent of [0, 5_000, 3_600_000]) s.send('a', stream, sent, sent);
    expect(s.at(3_600_000)[0]).toMatchObject({ missing: 0, stale: 0 });
  });

  test('that go on are datastreams that are stale', () => {
    const [fast, slow] = [s.register('a', 1_000), s.register('b', 60_000)];
    s.send('a', fast, 0, 0);
    s.send('a', slow, 0, 0);
    expect(s.at(9_999)[0]).toMatchObject({ stale: 0, shortestMs: 1_000 });
    expect(s.at(11_000)[0]?.stale).toBe(1);
    expect(s.at(180_000)[0]?.stale).toBe(2);
  });

  test('a queue that ran over at an OPC UA server is counted', () => {
    const stream = s.register('a', 1_000);
    s.send('opc.tcp://plant:4840', stream, 0, 10, 0x480);
    s.send('opc.tcp://plant:4840', stream, 1_000, 1_010);
    expect(s.at(1_010)[0]).toMatchObject({ id: 'opcua:opc.tcp://plant:4840', overflows: 1 });
  });
});

describe('the interval', () => {
  test('that nobody declares is learnt, kept in the catalog, and judges gaps from then on', () => {
    const stream = s.register('a');
    for (let sent = 0; sent <= 60_000; sent += 2_000) s.send('a', stream, sent, sent + 30);
    expect(s.catalog.datastream(0)).toMatchObject({ learntIntervalMs: 2_000 });
    expect(s.catalog.datastream(0)?.intervalMs).toBeUndefined();
    s.send('a', stream, 90_000, 90_030);
    expect(s.at(90_030)[0]).toMatchObject({ missing: 14 });
  });

  test('that is declared is not learnt', () => {
    const stream = s.register('a', 60_000);
    for (let sent = 0; sent <= 60_000; sent += 2_000) s.send('a', stream, sent, sent + 30);
    expect(s.catalog.datastream(0)?.learntIntervalMs).toBeUndefined();
  });

  test('of bursts without times is that between the bursts', () => {
    const stream = s.register('a');
    for (let burst = 0; burst < 100; burst++) {
      for (let i = 0; i < 20; i++) s.send('a', stream, undefined, burst * 60_000 + i);
    }
    expect(s.catalog.datastream(0)?.learntIntervalMs).toBe(60_000);
  });
});

describe('a clock', () => {
  const run = (hours: number, offsetAt: (ms: number) => number) => {
    const stream = s.register('a', 1_000);
    for (let ms = 0; ms < hours * 3_600_000; ms += 1_000) s.send('roof', stream, ms + offsetAt(ms), ms + 40);
  };

  test('that is right is no issue', () => {
    run(1, () => 0);
    expect(s.issues).toEqual([]);
    expect(s.at(3_600_000)[0]?.clock.finding).toMatchObject({ state: 'right' });
  });

  test('that is ahead is one issue, and one when it is right again', () => {
    run(2, (ms) => (ms < 3_600_000 ? 90_000 : 0));
    expect(s.issues.map(({ kind, address }) => [kind, address])).toEqual([
      ['source-clock-ahead', 'roof'],
      ['source-clock-right', 'roof'],
    ]);
    expect(s.issues[0]?.reason).toBe(
      'the clock of roof is 90.0 s ahead of ours; its readings are ordered by the time we receive them; set its clock',
    );
  });

  test('that is behind is one issue, and is not a gap', () => {
    run(2, () => -90_000);
    expect(s.issues.map(({ kind }) => kind)).toEqual(['source-clock-behind']);
    expect(s.book.totals).toMatchObject({ gaps: 0, missing: 0 });
  });
});
