import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STATUS_CODES } from '#devices/model/status-code.ts';
import {
  AbnormalJson,
  IssuesJson,
  ObservationsPage,
  StateJson,
  ThingJson,
  ThingsPage,
  TimelineJson,
  TrendJson,
} from '#devices/wire/api.ts';
import { decodeFrame, decodeFrames, FRAME_MEDIA_TYPE, LIVE_PROTOCOL } from '#devices/wire/frame.ts';
import type { App } from './app.ts';
import { buildHttpApp } from './http-server.ts';
import { NOON, type SmallCity, smallCity } from './testing/small-city.ts';

let city: SmallCity;
let app: App;

beforeAll(async () => {
  city = smallCity();
  app = await buildHttpApp(city.options, city.parts);
  // pm25 of `air`: 0, 10, 20 … each second of the ten before noon; `door` opens at the end; `depth` is Bad.
  for (let i = 0; i < 10; i++) await city.observe(0, i * 10, NOON - 10_000 + i * 1_000);
  await city.observe(3, 1, NOON - 500);
  await city.observe(2, Number.NaN, NOON - 400, STATUS_CODES.BadSensorFailure);
});

afterAll(async () => {
  await app.close();
  city.remove();
});

function get(url: string, headers: Record<string, string> = {}) {
  return app.inject({ url, headers: { host: 'localhost:8080', ...headers } });
}

describe('things', () => {
  test('All pages together are all Things, each once, by id', async () => {
    const ids: string[] = [];
    let next: string | undefined;
    do {
      const answer = await get(`/api/v1/things?limit=2${next === undefined ? '' : `&cursor=${next}`}`);
      const page = answer.json<ThingsPage>();
      expect(Value.Errors(ThingsPage, page)).toEqual([]);
      expect(page).toMatchObject({ total: 3, revision: 3 });
      ids.push(...page.things.map(({ id }) => id));
      next = page.next;
    } while (next !== undefined);
    expect(ids).toEqual(['air', 'door', 'level']);
  });

  test.each([
    ['type=air-station', ['air']],
    ['area=esil', ['air', 'door']],
    ['q=AIR', ['air']],
    ['q=%E6%B0%B4%E4%BD%8D', ['level']],
    ['area=esil&type=water-level', []],
  ])('The filter %s keeps %j', async (filter, ids) => {
    const page = (await get(`/api/v1/things?${filter}`)).json<ThingsPage>();
    expect(page.things.map(({ id }) => id)).toEqual(ids);
  });

  test('One Thing is found by its id, and one that is not there says where to look', async () => {
    const found = await get('/api/v1/things/air');
    expect(Value.Errors(ThingJson, found.json())).toEqual([]);
    const missing = await get('/api/v1/things/nowhere');
    expect(missing.statusCode).toBe(404);
    expect(missing.json().message).toBe('There is no Thing "nowhere". GET /api/v1/things lists those there are.');
  });

  test('Datastreams come by index, a page at a time', async () => {
    const first = (await get('/api/v1/datastreams?limit=3')).json();
    const second = (await get(`/api/v1/datastreams?limit=3&cursor=${first.next}`)).json();
    const ids = [...first.datastreams, ...second.datastreams].map(({ id, thing }) => [id, thing]);
    expect(ids).toEqual([
      ['air/pm25', 'air'],
      ['air/temperature', 'air'],
      ['level/depth', 'level'],
      ['door/open', 'door'],
    ]);
    expect(second.next).toBeUndefined();
  });
});

describe('history', () => {
  test('All pages together are every stored observation of the range, from inclusive, to exclusive', async () => {
    const range = `from=2026-11-23T07:59:52Z&to=${NOON - 3_000}`;
    const results: unknown[] = [];
    let next: string | undefined;
    do {
      const url = `/api/v1/observations?datastream=air/pm25&${range}&limit=2${next === undefined ? '' : `&cursor=${next}`}`;
      const page = (await get(url)).json<ObservationsPage>();
      expect(Value.Errors(ObservationsPage, page)).toEqual([]);
      results.push(...page.observations.map(({ result }) => result));
      next = page.next;
    } while (next !== undefined);
    expect(results).toEqual([20, 30, 40, 50, 60]);
  });

  test('Without a range it is the last hour', async () => {
    const page = (await get('/api/v1/observations?datastream=air/pm25')).json<ObservationsPage>();
    expect(page.observations).toHaveLength(10);
  });

  test('A boolean is true or false; Bad is null with its status', async () => {
    const door = (await get('/api/v1/observations?datastream=door/open')).json<ObservationsPage>();
    expect(door.observations[0]).toMatchObject({ result: true, status: 'Good' });
    const depth = (await get('/api/v1/observations?datastream=level/depth')).json<ObservationsPage>();
    expect(depth.observations[0]).toMatchObject({ result: null, status: 'BadSensorFailure' });
  });

  test('With maxPoints it is a trend', async () => {
    const trend = (await get('/api/v1/observations?datastream=air/pm25&maxPoints=4')).json<TrendJson>();
    expect(Value.Errors(TrendJson, trend)).toEqual([]);
    expect(trend).toMatchObject({ datastream: 'air/pm25', observations: 10 });
    expect(trend.value).toHaveLength(4);
  });

  test('The state at a moment is what was newest then; without a moment it is the latest table', async () => {
    const then = (await get(`/api/v1/state?at=${NOON - 5_000}`)).json<StateJson>();
    expect(Value.Errors(StateJson, then)).toEqual([]);
    expect(then.observations.map(({ datastream, result }) => [datastream, result])).toEqual([['air/pm25', 50]]);
    const now = (await get('/api/v1/state')).json<StateJson>();
    expect(now.at).toBe('2026-11-23T08:00:00.000Z');
    expect(now.observations.map(({ datastream, result }) => [datastream, result])).toEqual([
      ['air/pm25', 90],
      ['level/depth', null],
      ['door/open', true],
    ]);
  });

  test('Whoever accepts frames gets the state as one snapshot frame', async () => {
    const answer = await get(`/api/v1/state?at=${NOON - 5_000}`, { accept: FRAME_MEDIA_TYPE });
    expect(answer.headers['content-type']).toBe(FRAME_MEDIA_TYPE);
    const frame = decodeFrame(bufferOf(answer.rawPayload));
    expect(frame).toMatchObject({ kind: 'snapshot', time: NOON - 5_000 });
    expect([...frame.batch.value]).toEqual([50]);
  });

  test('A replay is one delta frame per step in which something happened', async () => {
    const answer = await get(`/api/v1/replay?from=${NOON - 10_000}&to=${NOON - 6_000}&stepMs=2000`);
    expect(answer.headers['content-type']).toBe(FRAME_MEDIA_TYPE);
    const frames = decodeFrames(bufferOf(answer.rawPayload));
    expect(frames.map(({ kind, sequence, time, batch }) => [kind, sequence, time - NOON, [...batch.value]])).toEqual([
      ['delta', 1, -8_000, [10]],
      ['delta', 2, -6_000, [30]],
    ]);
  });
});

describe('what is wrong, and when it was', () => {
  test('Abnormal, timeline and issues answer as their schemas say', async () => {
    expect(Value.Errors(AbnormalJson, (await get('/api/v1/abnormal')).json())).toEqual([]);
    const timeline = (await get(`/api/v1/timeline?from=${NOON - 10_000}&to=${NOON}&bins=5`)).json<TimelineJson>();
    expect(Value.Errors(TimelineJson, timeline)).toEqual([]);
    expect(timeline.counts).toEqual([2, 2, 2, 2, 4]);
    expect(timeline.events).toEqual([{ time: NOON - 5_000, index: 0, priority: 3 }]);
    expect(Value.Errors(IssuesJson, (await get('/api/v1/issues')).json())).toEqual([]);
  });
});

describe('a wrong question', () => {
  test.each([
    ['/api/v1/state?at=yesterday', 'at: "yesterday" is not an instant'],
    ['/api/v1/state?at=2026-11-23T08:00:00', 'write RFC 3339 with a zone'],
    ['/api/v1/state?when=1', 'when: unknown in the query; allowed: at'],
    ['/api/v1/things?limit=0', 'limit: 0 must be >= 1'],
    ['/api/v1/things?limit=many', 'limit: "many" must be integer'],
    ['/api/v1/observations', 'datastream: missing in the query'],
    ['/api/v1/observations?datastream=air/pm25&from=2000&to=1000', 'from: "2000" is not before `to`'],
    ['/api/v1/observations?datastream=air/pm25&maxPoints=Infinity', 'maxPoints: "Infinity" is no number'],
    ['/api/v1/timeline?bins=-Infinity', 'bins: "-Infinity" is no number'],
    ['/api/v1/replay?stepMs=Infinity', 'stepMs: "Infinity" is no number'],
    ['/api/v1/observations?datastream=air/pm25&maxPoints=2', 'maxPoints: 2 must be >= 3'],
    ['/api/v1/observations?datastream=air/pm25&cursor=made-up', 'cursor: "made-up" is not the `next` of a page'],
    ['/api/v1/observations?datastream=air/pm25&maxPoints=9&limit=3', 'goes without `limit`'],
    [`/api/v1/replay?from=0&to=${NOON}`, 'is more than 60 minutes before `to`'],
    [`/api/v1/replay?from=${NOON - 3_600_000}&to=${NOON}&stepMs=10`, 'makes more than 36000 steps'],
  ])('%s is answered with 400, what, why and what is allowed', async (url, message) => {
    const answer = await get(url);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error: 'wrong-parameter', message: expect.stringContaining(message) });
  });

  test('A datastream or a path that is not there is a 404 that says where to look', async () => {
    const stream = await get('/api/v1/observations?datastream=air/ozone');
    expect([stream.statusCode, stream.json().message]).toEqual([
      404,
      'There is no Datastream "air/ozone". An id is {thing}/{property}; GET /api/v1/datastreams lists those there are.',
    ]);
    const path = await get('/api/v1/thongs', { accept: 'text/html' });
    expect([path.statusCode, path.json().error]).toEqual([404, 'not-found']);
  });
});

test('The OpenAPI description names every route of the API, and the docs page needs nothing from outside', async () => {
  const openapi = (await get('/api/openapi.json')).json();
  expect(Object.keys(openapi.paths)).toEqual(
    expect.arrayContaining(['/api/v1/things', '/api/v1/observations', '/api/v1/state', '/api/v1/replay', '/readyz']),
  );
  // JSON Schema 2020-12, as OpenAPI 3.1 has it: a tuple is `prefixItems`.
  expect(JSON.stringify(openapi)).not.toContain('"items":[');
  const page = await get('/api/docs/');
  expect(page.body).not.toMatch(/https?:\/\//);
  expect(page.headers['content-security-policy']).toMatch(/script-src 'self' 'wasm-unsafe-eval' 'sha256-[\w+/=]+';/);
  expect((await get('/api/docs/js/scalar.js')).statusCode).toBe(200);
});

test('Health answers always; readiness says what is missing', async () => {
  expect((await get('/healthz')).json()).toEqual({ ok: true, product: 'yiping', live: LIVE_PROTOCOL });
  expect((await get('/readyz')).json()).toEqual({
    ready: true,
    checks: { journal: true, broker: true, tiles: true },
  });
  city.parts.historian.closed = true;
  const notReady = await get('/readyz');
  city.parts.historian.closed = false;
  expect([notReady.statusCode, notReady.json().checks.journal]).toEqual([503, false]);
});

test('Metrics count what ingest and live do, for Prometheus', async () => {
  const answer = await get('/metrics');
  expect(answer.headers['content-type']).toContain('text/plain');
  for (const name of ['yiping_ingest_stored_total', 'yiping_live_viewers', 'process_resident_memory_bytes']) {
    expect(answer.body).toContain(`\n${name} `);
  }
});

function bufferOf(bytes: Buffer): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
