import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Datastream } from '#devices/model/datastream.ts';
import { SourceDetailJson, SourcesPage } from '#devices/wire/api.ts';
import type { App } from './app.ts';
import { buildHttpApp } from './http-server.ts';
import { NOON, type SmallCity, smallCity } from './testing/small-city.ts';

let city: SmallCity;
let app: App;

beforeAll(async () => {
  city = smallCity();
  app = await buildHttpApp(city.options, city.parts);
  city.parts.catalog.learn(new Map([[0, 1_000]]));
  // A minute before noon: `roof` sends pm25 each second with a gap, `river` depth with a clock 90 s ahead, `gate` once.
  for (let at = -60_000; at <= 0; at += 1_000) {
    if (at < -40_000 || at >= -20_000) send('roof', 0, at - 40, at);
    send('river', 2, at + 90_000, at);
  }
  send('gate/1 ?', 3, undefined, -50_000);
});

afterAll(async () => {
  await app.close();
  city.remove();
});

function send(sender: string, index: number, sentMs: number | undefined, receivedMs: number): void {
  const { sources, catalog } = city.parts;
  const receivedTime = NOON + receivedMs;
  const time = sentMs === undefined ? undefined : NOON + sentMs;
  const reading = { thing: 'a', property: 'x', value: 1, time, status: 0 };
  const message = { source: 'mqtt', sender, address: '', receivedTime, readings: [reading], things: [] } as const;
  const stream = catalog.datastream(index) as Datastream;
  sources.stored(sources.arrived(message), stream, reading, time ?? receivedTime, receivedTime);
}

async function get<T>(url: string): Promise<T> {
  const answer = await app.inject({ url, headers: { host: 'localhost:8080' } });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<T>();
}

describe('sources', () => {
  test('come worst first, with how many are of concern', async () => {
    const page = await get<SourcesPage>('/api/v1/sources');
    expect(Value.Errors(SourcesPage, page)).toEqual([]);
    expect(page).toMatchObject({ total: 3, concerning: 2 });
    expect(page.sources.map(({ sender, concern }) => [sender, concern])).toEqual([
      ['river', 'clock'],
      ['roof', 'gaps'],
      ['gate/1 ?', 'none'],
    ]);
    expect(page.sources[0]?.clock).toMatchObject({ state: 'ahead', offsetMs: 90_000 });
    expect(page.sources[1]).toMatchObject({ gaps: 1, missing: 20, stored: 41, clock: { state: 'right' } });
    expect(page.sources[2]).toMatchObject({ untimed: 1 });
    expect(page.sources[2]?.delay).toBeUndefined();
  });

  test('that fall silent, though something is expected of them, are the worst', async () => {
    city.parts.clock.advance(15_000);
    const { sources } = await get<SourcesPage>('/api/v1/sources?limit=2');
    const silent = { concern: 'silent', silentSince: '2026-11-23T08:00:00.000Z', stale: 1, datastreams: 1 };
    expect(sources).toMatchObject([
      { sender: 'river', ...silent },
      { sender: 'roof', ...silent },
    ]);
  });

  test('all pages by id together are all of them, each once', async () => {
    const ids: string[] = [];
    let next: string | undefined;
    do {
      const cursor = next === undefined ? '' : `&cursor=${next}`;
      const page = await get<SourcesPage>(`/api/v1/sources?order=id&limit=1${cursor}`);
      ids.push(...page.sources.map(({ id }) => id));
      next = page.next;
    } while (next !== undefined);
    expect(ids).toEqual(['mqtt:gate/1 ?', 'mqtt:river', 'mqtt:roof']);
    const refused = await app.inject({ url: '/api/v1/sources?cursor=bXF0dA', headers: { host: 'localhost' } });
    expect([refused.statusCode, refused.json().parameter]).toEqual([400, 'cursor']);
  });

  test('of one Thing are those that send it', async () => {
    const { sources } = await get<SourcesPage>('/api/v1/sources?thing=level');
    expect(sources.map(({ sender }) => sender)).toEqual(['river']);
  });

  test('one by its id tells its newest gaps; one nobody heard says where to look', async () => {
    const roof = await get<SourceDetailJson>('/api/v1/sources/mqtt%3Aroof');
    expect(Value.Errors(SourceDetailJson, roof)).toEqual([]);
    expect(roof.newestGaps).toEqual([
      {
        from: '2026-11-23T07:59:18.960Z',
        to: '2026-11-23T07:59:39.960Z',
        datastream: 'air/pm25',
        datastreams: 1,
        missing: 20,
        filled: 0,
      },
    ]);
    expect(await get('/api/v1/sources/mqtt%3Agate%2F1%20%3F')).toMatchObject({ sender: 'gate/1 ?' });
    const missing = await app.inject({ url: '/api/v1/sources/mqtt%3Anobody', headers: { host: 'localhost' } });
    expect(missing.statusCode).toBe(404);
  });

  test('whose datastreams another one sends now are of no concern after a while, and come last', async () => {
    send('river-2', 2, undefined, 15_000);
    city.parts.clock.advance(1_200_000);
    const { sources } = await get<SourcesPage>('/api/v1/sources');
    expect(sources.map(({ sender, concern }) => [sender, concern])).toEqual([
      ['river-2', 'silent'],
      ['roof', 'silent'],
      ['gate/1 ?', 'none'],
      ['river', 'none'],
    ]);
  });

  test('are metrics by what is found of their clock', async () => {
    const answer = await app.inject({ url: '/metrics', headers: { host: 'localhost' } });
    expect(answer.body).toContain('yiping_sources{clock="ahead"} 1');
    expect(answer.body).toContain('yiping_sources_gaps_total 1');
  });
});
