import { createServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '#devices/time/clock.ts';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { InfluxConnection } from './influx-connection.ts';
import { InfluxError } from './influx-error.ts';
import {
  influxd1,
  influxd2,
  startInflux1,
  startInflux2,
  startVictoriaMetrics,
  victoriaMetrics,
} from './testing/influx-server.ts';
import { TcpRelay } from './testing/tcp-relay.ts';

const stops: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) await stop();
});

type Answers = (path: string, answer: ServerResponse) => void;

/** What a server does that is ill: real ones cannot be made to. */
async function illServer(answers: Answers): Promise<string> {
  const server = createServer((request, answer) => answers(new URL(request.url ?? '', 'http://x').pathname, answer));
  return listening(server);
}

async function listening(server: Server | TcpServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

/** A 2.7 in all but what `answers` says of writes and questions. */
function illInflux(answers: Answers): Promise<string> {
  return illServer((path, answer) => {
    answer.setHeader('X-Influxdb-Version', '2.7.12');
    if (path === '/ping') answer.writeHead(204).end();
    else answers(path, answer);
  });
}

function connect(url: string, clock = systemClock): InfluxConnection {
  return new InfluxConnection({ url, org: 'yiping', bucket: 'twin', token: 'top-secret' }, clock);
}

async function rows(connection: InfluxConnection): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const series of connection.query('SELECT value FROM level')) found.push(...series.values);
  return found;
}

async function problemOf(work: Promise<unknown>): Promise<InfluxError> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(InfluxError);
  return error as InfluxError;
}

describe('An ill server is told in one sentence', () => {
  test.each<[string, Answers, string, RegExp]>([
    ['500', (_, a) => a.writeHead(500).end('{"error":"engine is closed"}'), 'server-error', /500: engine is closed/],
    ['400 for a reason that is not ours', (_, a) => a.writeHead(400).end('blocked'), 'server-error', /400: blocked/],
    [
      '503',
      (_, a) => a.writeHead(503).end('{"code":"unavailable","message":"hinted handoff queue full"}'),
      'busy',
      /queue full/,
    ],
    ['429', (_, a) => a.writeHead(429).end(), 'busy', /429/],
    ['502 of a proxy before it', (_, a) => a.writeHead(502).end('<html>'), 'away', /does not answer \(502\)/],
    ['a cut connection', (_, a) => a.destroy(), 'away', /does not answer \(.+\); start it/],
    ['an endless error', (_, a) => a.writeHead(500).end('x'.repeat(1_000_000)), 'server-error', /^.{1,400}$/],
  ])('%s', async (_, answers, kind, message) => {
    const connection = connect(await illInflux(answers));
    for (const work of [() => connection.write('level value=1 1'), () => rows(connection)]) {
      const problem = await problemOf(work());
      expect(problem.kind).toBe(kind);
      expect(problem.message).toMatch(message);
      expect(problem.message).not.toContain('top-secret');
      expect(connection.problem?.kind).toBe(kind);
    }
  });

  const series = '{"results":[{"series":[{"name":"level","columns":["time","value"],"values":[[1,2]]}]}]}\n';
  test.each<[string, Answers, string]>([
    ['half a body', (_, a) => a.writeHead(200, { 'Content-Length': 500 }).write(series, () => a.destroy()), 'away'],
    ['half a line', (_, a) => a.writeHead(200).end(series + series.slice(0, 30)), 'bad-answer'],
    ['no answer', (_, a) => a.writeHead(200).end(), 'bad-answer'],
    ['a page', (_, a) => a.writeHead(200).end('<html>sign in</html>'), 'bad-answer'],
    ['an error after some rows', (_, a) => a.writeHead(200).end(`${series}{"error":"timeout"}\n`), 'server-error'],
  ])('%s to a question', async (_, answers, kind) => {
    expect((await problemOf(rows(connect(await illInflux(answers))))).kind).toBe(kind);
  });

  test('no answer in time', async () => {
    const clock = new ManualClock(0);
    const connection = connect(await illInflux(() => clock.advance(100_000)), clock);
    for (const work of [() => connection.write('level value=1 1'), () => rows(connection)]) {
      const problem = await problemOf(work());
      expect([problem.kind, problem.message]).toEqual(['slow', expect.stringMatching(/nothing came for \d+ s/)]);
    }
  });

  test('a problem is over with the next thing that goes well', async () => {
    let isIll = true;
    const url = await illInflux((path, answer) => {
      if (isIll) answer.writeHead(500).end();
      else if (path === '/query') answer.writeHead(200).end(series);
      else answer.writeHead(204).end();
    });
    const connection = connect(url);
    await problemOf(connection.write('level value=1 1'));
    isIll = false;
    await connection.write('level value=1 1');
    expect(connection.problem).toBeUndefined();
    isIll = true;
    await problemOf(rows(connection));
    isIll = false;
    expect(await rows(connection)).toEqual([[1, 2]]);
    expect(connection.problem).toBeUndefined();
  });
});

describe('What is no InfluxDB is refused', () => {
  const found = victoriaMetrics();
  const path = 'path' in found ? found.path : undefined;
  test.skipIf(path === undefined)(`VictoriaMetrics${'missing' in found ? ` (${found.missing})` : ''}`, async () => {
    const server = await startVictoriaMetrics(path as string);
    stops.push(server.stop);
    const connection = connect(server.url);
    for (const work of [connection.write('level value=1 1'), rows(connection), connection.check()]) {
      expect((await problemOf(work)).kind).toBe('not-influxdb');
    }
  });

  test.each<[string, Answers]>([
    ['a web server', (_, a) => a.writeHead(404).end('not here')],
    ['one that says yes to everything', (_, a) => a.writeHead(200).end('{"results":[{"series":[]}]}')],
    ['one that sends elsewhere', (_, a) => a.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()],
  ])('%s', async (_, answers) => {
    expect((await problemOf(connect(await illServer(answers)).check())).kind).toBe('not-influxdb');
  });

  test('a server of another protocol, whatever it says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), async (said) => {
        const url = await listening(
          createTcpServer((socket) =>
            socket
              .on('error', () => {})
              .resume()
              .end(said),
          ),
        );
        const { kind } = await problemOf(connect(url).check());
        expect(['not-influxdb', 'away']).toContain(kind);
      }),
      { numRuns: 20 },
    );
  });
});

test('Nothing listens: that is away, at once, and again each time', async () => {
  const relay = new TcpRelay(1);
  await relay.start();
  const url = `http://127.0.0.1:${relay.port}`;
  await relay.stop();
  const connection = connect(url);
  for (let i = 0; i < 3; i++) expect((await problemOf(connection.write(''))).kind).toBe('away');
});

const [one, two] = [influxd1(), influxd2()];
const reason = 'missing' in one ? one.missing : 'missing' in two ? two.missing : '';
test.skipIf(reason !== '')(
  `A server that comes back as another version is spoken to in its own way ${reason}`,
  async () => {
    const newer = await startInflux2((two as { path: string }).path);
    stops.push(newer.stop);
    const older = await startInflux1((one as { path: string }).path, false);
    stops.push(older.stop);
    const place = await newer.createPlace();
    expect((await older.createPlace()).bucket).toBe(place.bucket);
    const port = (url: string) => Number(new URL(url).port);
    const relay = new TcpRelay(port(older.url));
    await relay.start();
    stops.push(() => relay.stop());
    const connection = new InfluxConnection({ ...place, url: `http://127.0.0.1:${relay.port}` }, systemClock);
    for (const [server, version, value] of [
      [older, /^1\.6/, 1],
      [newer, /^2\.7/, 2],
      [older, /^1\.6/, 3],
    ] as const) {
      relay.leadTo(port(server.url));
      await connection
        .write(`level value=${value} ${value}`)
        .catch(() => connection.write(`level value=${value} ${value}`));
      expect((await connection.dialect()).version).toMatch(version);
      expect((await rows(connection)).length).toBe(server === newer ? 1 : (value + 1) / 2);
    }
  },
);
