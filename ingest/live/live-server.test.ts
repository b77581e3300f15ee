import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_UNACKNOWLEDGED_FRAMES } from '#devices/wire/control.ts';
import { LiveCity, START } from './testing/live-city.ts';
import { RecordingViewer } from './testing/recording-viewer.ts';

const ALL = { type: 'subscribe', datastreams: 'all', maxRate: 10 } as const;

function joined(city: LiveCity, subscribe: Parameters<RecordingViewer['say']>[0] = ALL): RecordingViewer {
  const viewer = new RecordingViewer(city.server);
  viewer.say(subscribe);
  return viewer;
}

describe('what a viewer is sent', () => {
  test('It is greeted first, and its subscription is answered with a snapshot of what there is', () => {
    const city = new LiveCity(3);
    city.observe(1, 7);
    const viewer = joined(city);
    expect(viewer.received[0]).toMatchObject({ type: 'hello', protocol: 'yiping.live.1', serverTime: START });
    expect(viewer.frames).toHaveLength(1);
    expect(viewer.frames[0]).toMatchObject({ kind: 'snapshot', sequence: 1 });
    expect([...viewer.known.keys()]).toEqual([1]);
  });

  test('A value that changed a hundred times in a tick travels once, as its newest', () => {
    const city = new LiveCity(2);
    const viewer = joined(city);
    viewer.acknowledge();
    for (let i = 1; i <= 100; i++) city.observe(0, i);
    city.clock.advance(100);
    expect(viewer.frames.map(({ kind, batch }) => [kind, batch.count])).toEqual([
      ['snapshot', 0],
      ['delta', 1],
    ]);
    expect(viewer.known.get(0)?.value).toBe(100);
  });

  test('At its rate and not faster', () => {
    const city = new LiveCity(1);
    const viewer = joined(city, { ...ALL, maxRate: 2 });
    for (let i = 0; i < 30; i++) {
      city.observe(0, i);
      viewer.acknowledge();
      city.clock.advance(100);
    }
    const deltas = viewer.frames.filter(({ kind }) => kind === 'delta');
    expect(deltas.map(({ time }) => time - START)).toEqual([500, 1000, 1500, 2000, 2500, 3000]);
  });

  test('Only the datastreams of its subscription; a later one replaces the earlier with a new snapshot', () => {
    const city = new LiveCity(4);
    for (const index of [0, 1, 2, 3]) city.observe(index, index);
    const viewer = joined(city, { type: 'subscribe', datastreams: [3, 1, 1] });
    expect([...viewer.known.keys()]).toEqual([1, 3]);
    viewer.say({ type: 'subscribe', datastreams: [0] });
    expect(viewer.frames.at(-1)?.kind).toBe('snapshot');
    expect([...viewer.known.keys()]).toEqual([0]);
  });

  test('Viewers that are in step share one encoding, each with its own sequence', () => {
    const city = new LiveCity(100);
    for (let index = 0; index < 100; index++) city.observe(index, index);
    const viewers = Array.from({ length: 20 }, () => joined(city));
    expect(city.server.metrics).toMatchObject({ framesSent: 20, framesEncoded: 1 });
    for (const viewer of viewers) viewer.acknowledge();
    city.observe(5, 1);
    city.clock.advance(100);
    expect(city.server.metrics).toMatchObject({ framesSent: 40, framesEncoded: 2 });
    expect(viewers.map((viewer) => viewer.frames.at(-1)?.sequence)).toEqual(Array(20).fill(2));
  });

  test('A Thing is told before the first frame that needs it', () => {
    const city = new LiveCity(1);
    const viewer = joined(city);
    viewer.acknowledge();
    const thing = city.register('new');
    city.observe(1, 42);
    city.clock.advance(100);
    const [told, frame] = viewer.received.slice(-2);
    expect(told).toEqual({ type: 'things', revision: 2, things: [thing] });
    expect(frame).toMatchObject({ kind: 'delta', batch: { count: 1 } });
  });

  test('Things that nobody observes yet are told too, each once, as it is now', () => {
    const city = new LiveCity(0);
    const viewer = joined(city);
    for (let i = 0; i < 1_200; i++) city.register(`t${i}`);
    city.register('t3');
    city.clock.advance(200);
    const told = viewer.messages.filter(({ type }) => type === 'things');
    expect(told.flatMap((message) => (message.type === 'things' ? message.things : []))).toHaveLength(1_200);
  });

  test('A text travels in the frame of the numbers, and a Bad one has no result', () => {
    const city = new LiveCity(3);
    city.observe(0, 1);
    city.observeText(1, '正常');
    city.observeText(2, undefined);
    expect(joined(city).known).toEqual(city.truth());
  });

  test('A quiet connection gets a heartbeat each second, a busy one none', () => {
    const city = new LiveCity(1);
    const viewer = joined(city);
    city.clock.advance(5_000);
    expect(viewer.frames.slice(1).map(({ kind, time }) => [kind, time - START])).toEqual([
      ['heartbeat', 1000],
      ['heartbeat', 2000],
      ['heartbeat', 3000],
      ['heartbeat', 4000],
      ['heartbeat', 5000],
    ]);
    const busy = joined(city);
    for (let i = 0; i < 50; i++) {
      city.observe(0, i);
      busy.acknowledge();
      city.clock.advance(100);
    }
    expect(busy.frames.filter(({ kind }) => kind === 'heartbeat')).toEqual([]);
  });

  test('Its ping is answered with the server time; once a second it learns what the ingest does', () => {
    const city = new LiveCity(1);
    const viewer = joined(city);
    viewer.say({ type: 'ping', sent: 123.5 });
    expect(viewer.messages.at(-1)).toEqual({ type: 'pong', sent: 123.5, serverTime: START });
    city.observations += 1_500;
    city.clock.advance(1_000);
    expect(viewer.messages.at(-1)).toEqual({ type: 'stats', observationsPerSecond: 1_500, issues: 0 });
  });
});

describe('a slow viewer', () => {
  test('has at most two frames on the way, and gets fewer, newer ones instead of a queue', () => {
    const city = new LiveCity(3);
    const slow = joined(city);
    const quick = joined(city);
    for (let i = 1; i <= 100; i++) {
      city.observe(i % 3, i);
      quick.acknowledge();
      city.clock.advance(100);
    }
    expect(quick.frames).toHaveLength(101);
    const sent = slow.frames.filter(({ kind }) => kind !== 'heartbeat');
    expect(sent).toHaveLength(MAX_UNACKNOWLEDGED_FRAMES);
    slow.acknowledge();
    city.clock.advance(100);
    expect(slow.frames.at(-1)).toMatchObject({ kind: 'delta', batch: { count: 3 } });
    expect(slow.known).toEqual(city.truth());
    expect(city.server.metrics.ticksHeldBack).toBeGreaterThanOrEqual(98);
  });

  test('whose socket is backed up is sent nothing at all until it drains', () => {
    const city = new LiveCity(1, { maxBufferedBytes: 1_000 });
    const viewer = joined(city);
    viewer.acknowledge();
    viewer.bufferedAmount = 1_001;
    const before = viewer.received.length;
    for (let i = 0; i < 50; i++) {
      city.observe(0, i);
      city.clock.advance(100);
    }
    expect(viewer.received).toHaveLength(before);
    viewer.bufferedAmount = 0;
    city.clock.advance(100);
    expect(viewer.known).toEqual(city.truth());
  });
});

describe('a viewer that is wrong, too many, or gone', () => {
  test.each([
    ['not JSON', 'not JSON', 'hello'],
    ['an unknown type', 'message type "dance" is not known here', '{"type":"dance"}'],
    [
      'an index that nobody has',
      '5 is not the index of a datastream; there are 2',
      '{"type":"subscribe","datastreams":[5]}',
    ],
    ['a rate beyond the limits', 'maxRate 61', '{"type":"subscribe","datastreams":"all","maxRate":61}'],
    [
      'nesting without end',
      'nested too deeply',
      `{"type":"acknowledge","sequence":${'['.repeat(60_000)}${']'.repeat(60_000)}}`,
    ],
    ['an acknowledgement of the future', 'frame 9 was never sent', '{"type":"acknowledge","sequence":9}'],
  ])('%s: it is told why and closed', (_, reason, text) => {
    const city = new LiveCity(2);
    const viewer = joined(city);
    viewer.saySomething(text);
    const last = viewer.messages.at(-1);
    expect(last?.type === 'error' && last.message).toContain(reason);
    expect(viewer.closed?.code).toBe(1008);
    expect(Buffer.byteLength(viewer.closed?.reason ?? '')).toBeLessThanOrEqual(123);
    expect(city.server.metrics).toMatchObject({ viewers: 0, viewersDropped: 1 });
  });

  test('More messages in a second than allowed end the connection', () => {
    const city = new LiveCity(1, { maxMessagesPerSecond: 5 });
    const viewer = joined(city);
    for (let i = 0; i < 4; i++) viewer.say({ type: 'ping', sent: 0 });
    expect(viewer.closed).toBeUndefined();
    viewer.say({ type: 'ping', sent: 0 });
    expect(viewer.closed?.code).toBe(1008);
  });

  test('One viewer more than there is room for is told to come back later', () => {
    const city = new LiveCity(1, { maxViewers: 2 });
    joined(city);
    joined(city).close(1000, '');
    joined(city);
    const refused = new RecordingViewer(city.server);
    expect(refused.closed?.code).toBe(1013);
    expect(city.server.metrics).toMatchObject({ viewers: 2, viewersRefused: 1 });
  });

  test('One that does not answer pings is dropped; one that does stays', () => {
    const city = new LiveCity(1, { pingPeriodMs: 1_000 });
    const gone = joined(city);
    const there = joined(city);
    for (let i = 0; i < 5; i++) {
      city.clock.advance(1_000);
      there.pong();
    }
    expect(gone).toMatchObject({ isTerminated: true, pings: 1 });
    expect(there).toMatchObject({ isTerminated: false, pings: 5 });
  });

  test('When the server stops, every viewer is told that it goes away', () => {
    const city = new LiveCity(1);
    const viewer = joined(city);
    city.server.stop();
    expect(viewer.closed?.code).toBe(1001);
    expect(new RecordingViewer(city.server).closed?.code).toBe(1013);
  });
});

const DATASTREAMS = 6;
const step = fc.oneof(
  fc.record({
    do: fc.constant('observe' as const),
    index: fc.nat(DATASTREAMS - 1),
    value: fc.oneof(fc.double(), fc.string()),
    ageMs: fc.integer({ min: -10_000, max: 10_000 }),
  }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 400 }) }),
  fc.record({ do: fc.constant('acknowledge' as const), viewer: fc.nat(3) }),
  fc.record({ do: fc.constant('clog' as const), viewer: fc.nat(3), bytes: fc.constantFrom(0, 2_000_000) }),
  fc.record({ do: fc.constant('subscribe' as const), viewer: fc.nat(3), rate: fc.constantFrom(1, 10, 60) }),
);

test('A viewer that has applied everything it was sent equals the latest table, whatever happened on the way', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const city = new LiveCity(DATASTREAMS);
      const some = [1, 4];
      const viewers = [joined(city), joined(city), joined(city, { ...ALL, maxRate: 60 })];
      viewers.push(joined(city, { type: 'subscribe', datastreams: some }));
      for (const each of steps) {
        // The odd datastreams are text, the even ones numbers.
        if (each.do === 'observe') {
          const time = city.clock.now() - each.ageMs;
          if (each.index % 2 === 0) city.observe(each.index, Number(each.value), time);
          else city.observeText(each.index, String(each.value), time);
          continue;
        }
        if (each.do === 'wait') {
          city.clock.advance(each.ms);
          continue;
        }
        const viewer = viewers[each.viewer] as RecordingViewer;
        if (each.do === 'acknowledge') viewer.acknowledge();
        else if (each.do === 'clog') viewer.bufferedAmount = each.bytes;
        else viewer.say({ type: 'subscribe', datastreams: each.viewer === 3 ? some : 'all', maxRate: each.rate });
      }
      for (const viewer of viewers) viewer.bufferedAmount = 0;
      // Twice: what was held back by frames on the way comes after they are acknowledged.
      for (let i = 0; i < 2; i++) {
        for (const viewer of viewers) viewer.acknowledge();
        city.clock.advance(1_000);
      }
      for (const viewer of viewers.slice(0, 3)) expect(viewer.known).toEqual(city.truth());
      expect(viewers[3]?.known).toEqual(city.truth(some));
      for (const viewer of viewers) expectSequences(viewer);
    }),
    { numRuns: 200 },
  );
});

function expectSequences(viewer: RecordingViewer): void {
  expect(viewer.frames.map(({ sequence }) => sequence)).toEqual(viewer.frames.map((_, i) => i + 1));
}
