import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { decodeFrame, LIVE_PROTOCOL } from '#devices/wire/frame.ts';
import { HttpServer } from './http-server.ts';
import type { HttpOptions } from './parts.ts';
import { type SmallCity, smallCity } from './testing/small-city.ts';

const TOKEN = 'correct-horse-battery-staple';
let running: { server: HttpServer; city: SmallCity } | undefined;

async function start(options: Partial<HttpOptions> = {}): Promise<{ port: number; city: SmallCity }> {
  const city = smallCity(options);
  const server = new HttpServer(city.options, city.parts);
  await server.start();
  running = { server, city };
  return { port: server.port, city };
}

afterEach(async () => {
  await running?.server.stop();
  running?.city.remove();
  running = undefined;
});

/** The messages of a connection, one after another. */
function messagesOf(socket: WebSocket): () => Promise<MessageEvent> {
  const arrived: MessageEvent[] = [];
  const waiting: ((event: MessageEvent) => void)[] = [];
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('message', (event) => {
    const next = waiting.shift();
    if (next === undefined) arrived.push(event);
    else next(event);
  });
  return () => {
    const event = arrived.shift();
    return event === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(event);
  };
}

/** The first line of the answer to an upgrade request with these headers. */
async function upgrade(port: number, headers: Record<string, string>): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  const lines = { Host: `127.0.0.1:${port}`, Connection: 'Upgrade', Upgrade: 'websocket', ...headers };
  const fixed = { 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' };
  const text = Object.entries({ ...fixed, ...lines }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET /live HTTP/1.1\r\n${text.join('')}\r\n`);
  const [data] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return data.toString().split('\r\n', 1)[0] as string;
}

test('A viewer over a real WebSocket is greeted, gets a snapshot, and then what changes', async () => {
  const { port, city } = await start();
  await city.observe(0, 12.5);
  const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, LIVE_PROTOCOL);
  const next = messagesOf(socket);
  const hello = JSON.parse((await next()).data);
  expect(hello).toMatchObject({ type: 'hello', protocol: LIVE_PROTOCOL, catalogRevision: 3 });
  expect(socket.protocol).toBe(LIVE_PROTOCOL);

  socket.send(JSON.stringify({ type: 'subscribe', datastreams: 'all' }));
  const snapshot = decodeFrame((await next()).data);
  expect([snapshot.kind, ...snapshot.batch.index, ...snapshot.batch.value]).toEqual(['snapshot', 0, 12.5]);

  await city.observe(3, 1);
  city.parts.clock.advance(100);
  const delta = decodeFrame((await next()).data);
  expect([delta.kind, ...delta.batch.index, ...delta.batch.value]).toEqual(['delta', 3, 1]);
  socket.close();
});

test('A message that is wrong or too big ends the connection with the reason', async () => {
  const { port } = await start();
  const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, LIVE_PROTOCOL);
  await once(socket, 'open');
  socket.send('nonsense');
  const [closed] = (await once(socket, 'close')) as [CloseEvent];
  expect([closed.code, closed.reason]).toEqual([1008, 'message "nonsense" is not JSON']);

  const big = new WebSocket(`ws://127.0.0.1:${port}/live`, LIVE_PROTOCOL);
  await once(big, 'open');
  big.send('x'.repeat(300 * 1024));
  const [tooBig] = (await once(big, 'close')) as [CloseEvent];
  expect(tooBig.code).toBe(1009);
});

test('When the service stops, viewers are told that it goes away', async () => {
  const { port, city } = await start();
  const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, LIVE_PROTOCOL);
  await once(socket, 'open');
  const closed = once(socket, 'close');
  city.parts.live.stop();
  expect(((await closed)[0] as CloseEvent).code).toBe(1001);
});

test.each([
  ['no Origin, as programs do, is opened', {}, '101'],
  ['the Origin of this service is opened', { Origin: 'http://127.0.0.1:PORT' }, '101'],
  ['a foreign Origin is refused', { Origin: 'https://evil.example.org' }, '403'],
  ['another port of this machine as Origin is refused', { Origin: 'http://127.0.0.1:1' }, '403'],
  ['an opaque Origin is refused', { Origin: 'null' }, '403'],
  ['a foreign Host (DNS rebinding) is refused', { Host: 'evil.example.org', Origin: 'http://evil.example.org' }, '421'],
  ['only a protocol that we do not speak is refused', { 'Sec-WebSocket-Protocol': 'yiping.live.0' }, '400'],
] as const)('A WebSocket with %s', async (_, headers: Record<string, string>, status) => {
  const { port } = await start();
  const given = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', String(port))]),
  );
  expect(await upgrade(port, given)).toContain(` ${status} `);
});

test('With a token, /live needs it as Bearer or the session cookie', async () => {
  const { port } = await start({ accessToken: TOKEN });
  expect(await upgrade(port, {})).toContain(' 401 ');
  expect(await upgrade(port, { Authorization: `Bearer ${TOKEN}` })).toContain(' 101 ');
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: TOKEN }),
  });
  const cookie = answer.headers.get('set-cookie')?.split(';', 1)[0] as string;
  expect(await upgrade(port, { Cookie: cookie })).toContain(' 101 ');
  expect(await upgrade(port, { Cookie: cookie, Origin: 'https://evil.example.org' })).toContain(' 403 ');
});
