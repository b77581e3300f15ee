import { beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { LIVE_PROTOCOL } from '#devices/wire/frame.ts';
import type { StartChoice, StartState } from '#twin-viewer/desktop/desktop-bridge.ts';
import { KILL_MS, STOP_MS } from '../service/service-child.ts';
import type { PageAnswer } from '../shell/shell.ts';
import type { FakeService } from '../shell/testing/fake-service.ts';
import { FakeShell } from '../shell/testing/fake-shell.ts';
import { CityStart } from './city-start.ts';

const HERE: StartChoice = { where: 'here' };
const at = (address: string): StartChoice => ({ where: 'server', address });
const says = (body: unknown, status = 200): PageAnswer => ({
  ...{ status, headers: {}, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) },
});
const HEALTHY = says({ product: 'yiping', live: LIVE_PROTOCOL });

let shell: FakeShell;
let clock: ManualClock;
let states: StartState[];
let ready: string[];
let log: string[];
let start: CityStart;
beforeEach(() => {
  shell = new FakeShell();
  clock = new ManualClock(0);
  [states, ready, log] = [[], [], []];
  start = new CityStart({
    ...{ shell, clock, dataFolder: '/data', serviceFlags: () => ['--mqtt-port', '1999'] },
    logService: (line) => log.push(line),
    onState: (state) => states.push(state),
    onReady: (server) => ready.push(server),
  });
});

const service = (i = shell.services.length - 1): FakeService => shell.services[i] as FakeService;
const problem = () => (start.state.kind === 'problem' ? start.state.problem : undefined);
/** Lets everything go on that waits for nothing but promises. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

test('before anything was chosen there is a choice, no server and no request', () => {
  expect(start.state).toEqual({ kind: 'choose', address: '', dataFolder: '/data' });
  expect([start.server, shell.fetched, shell.services]).toEqual([undefined, [], []]);
});

test('who is asked to choose again finds the address of last time, and the city that was chosen goes on', async () => {
  shell.network = async () => HEALTHY;
  await start.run(at('city'));
  start.ask(at('city'));
  expect(start.state).toEqual({ kind: 'choose', address: 'city', dataFolder: '/data' });
  expect(start.server).toBe('http://city:8080');
});

describe('a server that is chosen', () => {
  test('is ready when Yiping answers there in our version', async () => {
    shell.network = async () => HEALTHY;
    await start.run(at(' https://city.example '));
    expect(shell.fetched.map(({ url }) => url)).toEqual(['https://city.example/healthz']);
    expect([ready, start.server]).toEqual([['https://city.example'], 'https://city.example']);
    expect(states).toEqual([{ kind: 'starting', choice: at(' https://city.example ') }]);
  });

  test('that is down is told, with why', async () => {
    await start.run(at('city'));
    expect(problem()).toEqual({ kind: 'server-down', detail: 'net::ERR_CONNECTION_REFUSED' });
    expect(start.server).toBeUndefined();
  });

  test.each([
    ['a page', says('<html>Welcome to nginx</html>')],
    ['nothing', says('', 404)],
    ['another product', says({ product: 'other', live: LIVE_PROTOCOL })],
    ['a list', says([1])],
    ['null', says('null')],
    ['a text', says('"yiping"')],
    ['broken UTF-8', { status: 200, headers: {}, body: new Uint8Array([0xff, 0xfe]) }],
  ])('that answers %s is not ours', async (_what, answer) => {
    shell.network = async () => answer;
    await start.run(at('city'));
    expect(problem()).toEqual({ kind: 'server-foreign', detail: `GET /healthz: ${answer.status}` });
  });

  test.each([
    ['yiping.live.99', 'yiping.live.99'],
    [undefined, '?'],
    [{ toString: 1, valueOf: 1 }, '?'],
    ['x'.repeat(50_000), 'x'.repeat(40)],
  ])('of version %j is told', async (live, detail) => {
    shell.network = async () => says({ product: 'yiping', live });
    await start.run(at('city'));
    expect(problem()).toEqual({ kind: 'server-version', detail });
  });

  test('with an address that is none is not asked', async () => {
    await start.run(at('ftp://city'));
    expect(problem()).toEqual({ kind: 'address-invalid', detail: 'ftp://city' });
    expect(shell.fetched).toEqual([]);
  });

  test('is given a bounded time and a bounded answer', async () => {
    await start.run(at('city'));
    expect(shell.fetched[0]?.timeoutMs).toBeLessThanOrEqual(10_000);
    expect(shell.fetched[0]?.maxBytes).toBeLessThanOrEqual(65_536);
  });
});

describe('the answer to an old choice does not count', () => {
  test.each([
    ['well', HEALTHY],
    ['badly', says('no')],
  ])('when it ends %s', async (_how, answer) => {
    const answers: ((answer: PageAnswer) => void)[] = [];
    shell.network = () => new Promise((resolve) => answers.push(resolve));
    const first = start.run(at('one'));
    await settle();
    const second = start.run(at('two'));
    await settle();
    answers[0]?.(answer);
    await first;
    expect([ready, start.state]).toEqual([[], { kind: 'starting', choice: at('two') }]);
    answers[1]?.(HEALTHY);
    await second;
    expect(ready).toEqual(['http://two:8080']);
  });

  test('when somebody wants to choose again meanwhile', async () => {
    const answers: ((answer: PageAnswer) => void)[] = [];
    shell.network = () => new Promise((resolve) => answers.push(resolve));
    const running = start.run(at('slow'));
    await settle();
    start.ask(at('slow'));
    answers[0]?.(HEALTHY);
    await running;
    expect([ready, start.state]).toMatchObject([[], { kind: 'choose', address: 'slow' }]);
  });

  test('of the service inside, which is ended first', async () => {
    shell.network = async () => HEALTHY;
    await start.run(HERE);
    const next = start.run(at('city'));
    service().isReadyAt(4000);
    service().ends(0);
    await next;
    expect(ready).toEqual(['http://city:8080']);
  });
});

describe('the service inside', () => {
  test('is started on any free port, without a fleet, with the data of this user and the flags of the settings', async () => {
    await start.run(HERE);
    expect(service().options.args).toEqual([
      '--no-fleet',
      '--data-dir',
      '/data',
      '--http-port',
      '0',
      '--mqtt-port',
      '1999',
    ]);
  });

  test('is the city when it says that it is ready', async () => {
    await start.run(HERE);
    expect(start.server).toBeUndefined();
    service().isReadyAt(41_234);
    expect([start.server, ready]).toEqual(['http://127.0.0.1:41234', ['http://127.0.0.1:41234']]);
  });

  test.each([[null], [undefined], ['ready'], [7], [{}], [{ type: 'ready' }], [{ type: 'ready', url: 1, httpPort: 2 }]])(
    'is not ready for having said %j',
    async (message) => {
      await start.run(HERE);
      service().says(message);
      expect(ready).toEqual([]);
    },
  );

  test('that ends before it was ready is a problem with its last words, and is not started again by itself', async () => {
    await start.run(HERE);
    service().writes('Yiping', '', '✗ mqtt-port: 1999 is in use', '  Choose another.');
    service().ends(1);
    expect(problem()).toEqual({ kind: 'service-failed', detail: 'mqtt-port: 1999 is in use\n  Choose another.' });
    clock.advance(600_000);
    expect(shell.services).toHaveLength(1);
    expect(log).toContain('The ingest service ended (exit 1).');
    await start.run(HERE);
    expect(shell.services).toHaveLength(2);
  });

  test('that is killed later is started again on the same port, after waits that grow', async () => {
    await start.run(HERE);
    service().isReadyAt(41_234);
    const waits: number[] = [];
    for (let i = 0; i < 3; i++) {
      service().ends(undefined);
      const [since, before] = [clock.now(), shell.services.length];
      while (shell.services.length === before) clock.advance(100);
      waits.push(clock.now() - since);
      expect(service().flag('--http-port')).toBe('41234');
    }
    expect(waits).toEqual([500, 1000, 2000]);
    expect([start.server, start.state.kind]).toEqual(['http://127.0.0.1:41234', 'starting']);
    service().isReadyAt(41_234);
    expect(ready).toEqual(['http://127.0.0.1:41234', 'http://127.0.0.1:41234']);
  });

  test('that cannot be started at all is a problem; once it ran, that is tried again', async () => {
    shell.beforeService = () => {
      throw new Error('no such file');
    };
    await start.run(HERE);
    expect(problem()).toEqual({ kind: 'service-failed', detail: 'no such file' });
    shell.beforeService = () => {};
    await start.run(HERE);
    service().isReadyAt(5000);
    service().ends(undefined);
    shell.beforeService = () => {
      throw new Error('too many open files');
    };
    clock.advance(500);
    expect(shell.services).toHaveLength(1);
    shell.beforeService = () => {};
    clock.advance(1000);
    expect(shell.services).toHaveLength(2);
  });
});

describe('a stop', () => {
  test('asks the service to end and waits until it did', async () => {
    await start.run(HERE);
    service().isReadyAt(5000);
    let isDone = false;
    const stopping = start.stop().then(() => {
      isDone = true;
    });
    await settle();
    expect([isDone, service().sent, service().isKilled]).toEqual([false, [{ type: 'stop' }], false]);
    service().ends(0);
    await stopping;
    clock.advance(600_000);
    expect([service().isKilled, shell.services.length]).toEqual([false, 1]);
  });

  test('that is asked for twice waits twice for the same end', async () => {
    await start.run(HERE);
    const done: string[] = [];
    const all = [start.stop().then(() => done.push('first')), start.stop().then(() => done.push('second'))];
    await settle();
    expect(done).toEqual([]);
    service().ends(0);
    await Promise.all(all);
    expect(service().sent).toEqual([{ type: 'stop' }]);
  });

  test('kills a service that does not end, and waits for ever for none', async () => {
    await start.run(HERE);
    const stopping = start.stop();
    await settle();
    clock.advance(STOP_MS);
    expect(service().isKilled).toBe(true);
    clock.advance(KILL_MS);
    await stopping;
  });

  test('while the service waits to be started again is its end', async () => {
    await start.run(HERE);
    service().isReadyAt(5000);
    service().ends(undefined);
    await start.stop();
    clock.advance(600_000);
    expect(shell.services).toHaveLength(1);
  });

  test('is the end: neither what was under way nor a later choice starts anything', async () => {
    await start.run(HERE);
    const underWay = start.run(HERE);
    await settle();
    const stopping = start.stop();
    service().ends(0);
    await Promise.all([stopping, underWay]);
    await start.run(HERE);
    await start.run(at('city'));
    expect([shell.services.length, shell.fetched.length]).toEqual([1, 0]);
  });
});

test('two services never run at once, however fast one chooses', async () => {
  await start.run(HERE);
  const choices = [start.run(HERE), start.run(at('nowhere')), start.run(HERE)];
  await settle();
  expect(shell.services).toHaveLength(1);
  service().ends(0);
  await Promise.all(choices);
  expect(shell.services.map(({ isEnded }) => isEnded)).toEqual([true, false]);
});
