import { describe, expect, test } from 'vitest';
import { createBatch } from '#devices/model/observation-batch.ts';
import { ManualClock } from '#devices/time/manual-clock.ts';
import type { ViewerMessage } from '#devices/wire/control.ts';
import { type Frame, type FrameKind, LIVE_PROTOCOL } from '#devices/wire/frame.ts';
import { LiveConnection, OFFLINE_AFTER_MS, SILENCE_MS } from './live-connection.ts';
import type { LiveSocketEvents } from './live-socket.ts';
import { FIRST_DELAY_MS, LONGEST_DELAY_MS, reconnectDelayMs } from './reconnect-delay.ts';

const NOW = 1_800_000_000_000;

interface FakeSocket {
  readonly events: LiveSocketEvents;
  readonly sent: ViewerMessage[];
  closed: boolean;
}

function frame(kind: FrameKind, sequence: number, count = 1): Frame {
  const batch = createBatch(count);
  batch.count = count;
  return { kind, sequence, time: NOW + sequence, batch, texts: [] };
}

function setUp(needsToken = false) {
  const clock = new ManualClock(NOW);
  const sockets: FakeSocket[] = [];
  const shown: string[] = [];
  const stop = new AbortController();
  const live = new LiveConnection({
    clock,
    random: () => 0,
    needsToken: async () => needsToken,
    open(events) {
      const socket: FakeSocket = { events, sent: [], closed: false };
      sockets.push(socket);
      return {
        send: (message) => void socket.sent.push(message),
        close: () => {
          socket.closed = true;
        },
      };
    },
  });
  const events = {
    frame: (each: Frame) => void shown.push(`${each.kind} ${each.sequence}`),
    things() {},
    hello: (revision: number) => void shown.push(`hello ${revision}`),
  };
  live.start(events, stop.signal);
  const socket = (): FakeSocket => sockets.at(-1) as FakeSocket;
  return { clock, sockets, socket, shown, live, stop };
}

const sentTypes = (socket: FakeSocket) => socket.sent.map((message) => message.type);

describe('the live connection', () => {
  test('subscribes when it is open, and acknowledges each frame after it was applied', () => {
    const { socket, shown, live } = setUp();
    expect(live.status.getState().kind).toBe('connecting');
    socket().events.opened();
    socket().events.frame(frame('snapshot', 1));
    socket().events.frame(frame('delta', 2));
    expect(shown).toEqual(['snapshot 1', 'delta 2']);
    expect(sentTypes(socket())).toEqual(['subscribe', 'ping', 'acknowledge', 'acknowledge']);
    expect(live.status.getState()).toMatchObject({ kind: 'live', lastFrameTime: NOW + 2 });
  });

  test('comes back after a cut with a new subscription, hence a snapshot', () => {
    const { clock, sockets, socket, shown, live } = setUp();
    socket().events.opened();
    socket().events.frame(frame('snapshot', 1));
    socket().events.closed('gone');
    expect(live.status.getState()).toMatchObject({ kind: 'reconnecting', reason: 'gone' });
    clock.advance(FIRST_DELAY_MS);
    expect(sockets).toHaveLength(2);
    socket().events.opened();
    socket().events.frame(frame('snapshot', 1));
    expect(shown).toEqual(['snapshot 1', 'snapshot 1']);
    expect(live.status.getState()).toMatchObject({ kind: 'live', reason: undefined });
  });

  test('a socket that is silent is dead, even where the system thinks it is open', () => {
    const { clock, sockets, socket, live } = setUp();
    socket().events.opened();
    socket().events.frame(frame('snapshot', 1));
    clock.advance(SILENCE_MS + 1000);
    expect(sockets[0]?.closed).toBe(true);
    expect(live.status.getState().kind).toBe('reconnecting');
  });

  test('an old socket that speaks again is not heard', () => {
    const { clock, sockets, shown } = setUp();
    sockets[0]?.events.closed('');
    clock.advance(FIRST_DELAY_MS);
    sockets[0]?.events.frame(frame('delta', 9));
    expect(shown).toEqual([]);
  });

  test('is offline when it was sought for long, and goes on seeking', () => {
    const { clock, sockets, socket, live } = setUp();
    socket().events.opened();
    socket().events.frame(frame('snapshot', 1));
    for (let s = 0; s < OFFLINE_AFTER_MS / 1000 + 5; s++) {
      if (!socket().closed) socket().events.closed('');
      clock.advance(1000);
    }
    expect(live.status.getState().kind).toBe('offline');
    const before = sockets.length;
    clock.advance(2 * LONGEST_DELAY_MS);
    expect(sockets.length).toBeGreaterThan(before);
  });

  test('a server that wants a token is not asked again until there is one', async () => {
    const { clock, sockets, socket, live } = setUp(true);
    socket().events.closed('');
    await Promise.resolve();
    await Promise.resolve();
    expect(live.status.getState().kind).toBe('refused');
    clock.advance(60_000);
    expect(sockets).toHaveLength(1);
    live.retry();
    expect(sockets).toHaveLength(2);
  });

  test('another protocol is refused with what to do', () => {
    const { socket, live } = setUp();
    socket().events.message({ type: 'hello', protocol: 'yiping.live.9', serverTime: NOW, catalogRevision: 1 });
    expect(live.status.getState()).toMatchObject({ kind: 'refused', reason: expect.stringContaining('reload') });
  });

  test('the clock of the server is measured by the quickest round trip', () => {
    const { clock, socket, live } = setUp();
    socket().events.message({ type: 'hello', protocol: LIVE_PROTOCOL, serverTime: NOW + 990, catalogRevision: 1 });
    expect(live.clockOffset()).toBe(990);
    clock.advance(100);
    socket().events.message({ type: 'pong', sent: NOW, serverTime: NOW + 1050 });
    expect(live.clockOffset()).toBe(1000);
    clock.advance(900);
    socket().events.message({ type: 'pong', sent: NOW, serverTime: NOW + 5000 });
    expect(live.clockOffset()).toBe(1000);
  });

  test('a pause shows nothing, and after it nothing before the whole snapshot', () => {
    const { socket, shown, live } = setUp();
    socket().events.opened();
    socket().events.frame(frame('snapshot', 1));
    live.pause();
    socket().events.frame(frame('delta', 2));
    live.resume();
    socket().events.frame(frame('snapshot', 3, 0));
    socket().events.frame(frame('snapshot', 4));
    socket().events.frame(frame('delta', 5));
    expect(shown).toEqual(['snapshot 1', 'snapshot 4', 'delta 5']);
    expect(sentTypes(socket()).filter((type) => type === 'acknowledge')).toHaveLength(5);
  });

  test('after the end it opens nothing', () => {
    const { clock, sockets, socket, stop } = setUp();
    stop.abort();
    expect(socket().closed).toBe(true);
    clock.advance(60_000);
    expect(sockets).toHaveLength(1);
  });
});

test('waits double up to the longest, and spread over their upper half', () => {
  expect([1, 2, 3].map((n) => reconnectDelayMs(n, 0))).toEqual([250, 500, 1000]);
  expect(reconnectDelayMs(1, 0.999)).toBeCloseTo(FIRST_DELAY_MS, 0);
  expect(reconnectDelayMs(50, 0)).toBe(LONGEST_DELAY_MS / 2);
});
