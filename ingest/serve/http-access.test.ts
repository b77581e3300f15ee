import { afterEach, describe, expect, test } from 'vitest';
import { MAX_FAILURES } from './access/attempt-limit.ts';
import type { App } from './app.ts';
import { buildHttpApp } from './http-server.ts';
import type { HttpOptions } from './parts.ts';
import { type SmallCity, smallCity } from './testing/small-city.ts';

const TOKEN = 'correct-horse-battery-staple';
let opened: { app: App; city: SmallCity } | undefined;

async function open(options: Partial<HttpOptions>) {
  const city = smallCity(options);
  const app = await buildHttpApp(city.options, city.parts);
  opened = { app, city };
  const get = (url: string, headers: Record<string, string> = {}) =>
    app.inject({ url, headers: { host: 'twin.example.org', ...headers } });
  const give = (token: string, remoteAddress = '10.0.0.1') =>
    app.inject({ method: 'POST', url: '/api/v1/session', payload: { token }, remoteAddress });
  return { app, city, get, give };
}

afterEach(async () => {
  await opened?.app.close();
  opened?.city.remove();
  opened = undefined;
});

describe('with an access token', () => {
  const guarded = [
    '/api/v1/things',
    '/api/v1/city',
    '/metrics',
    '/tiles/small/0.glb',
    '/api/docs/',
    '/api/openapi.json',
  ];

  test.each(guarded)('%s is closed without it, and open with it as Bearer', async (url) => {
    const { get } = await open({ accessToken: TOKEN });
    const without = await get(url);
    expect([without.statusCode, without.json().error]).toEqual([401, 'token-required']);
    expect(without.headers['www-authenticate']).toBe('Bearer realm="yiping"');
    expect((await get(url, { authorization: `Bearer ${TOKEN}` })).statusCode).toBe(200);
    expect((await get(url, { authorization: `Bearer ${TOKEN}x` })).statusCode).toBe(401);
  });

  test.each(['/', '/wherever', '/assets/viewer-abc123.js', '/healthz', '/readyz', '/api/v1/session'])(
    '%s stays open, so that the viewer can ask for the token',
    async (url) => {
      const { get } = await open({ accessToken: TOKEN });
      expect((await get(url, { accept: 'text/html' })).statusCode).toBe(200);
    },
  );

  test('Whoever gives the token gets an HttpOnly, SameSite=Strict cookie that opens the rest', async () => {
    const { get, give } = await open({ accessToken: TOKEN });
    expect((await get('/api/v1/session')).json()).toEqual({ tokenRequired: true, open: false });
    const answer = await give(TOKEN);
    const [cookie] = answer.cookies;
    expect(cookie).toMatchObject({ name: 'yiping-session', httpOnly: true, sameSite: 'Strict', path: '/' });
    expect(cookie?.value).not.toContain(TOKEN);
    const withCookie = { cookie: `yiping-session=${cookie?.value}` };
    expect((await get('/api/v1/things', withCookie)).statusCode).toBe(200);
    expect((await get('/api/v1/session', withCookie)).json()).toEqual({ tokenRequired: true, open: true });
    expect((await get('/api/v1/things', { cookie: 'yiping-session=guess' })).statusCode).toBe(401);
  });

  test('A token that is nested without end is answered like any other wrong one', async () => {
    const { app } = await open({ accessToken: TOKEN });
    const payload = `{"token":${'['.repeat(7_000)}${']'.repeat(7_000)}}`;
    const headers = { 'content-type': 'application/json' };
    const answer = await app.inject({ method: 'POST', url: '/api/v1/session', payload, headers });
    expect([answer.statusCode, answer.json().parameter]).toEqual([400, 'token']);
  });

  test('A session ends when it is closed, and when nobody used it for thirty days', async () => {
    const { app, city, get, give } = await open({ accessToken: TOKEN });
    const one = { cookie: `yiping-session=${(await give(TOKEN)).cookies[0]?.value}` };
    const other = { cookie: `yiping-session=${(await give(TOKEN)).cookies[0]?.value}` };
    await app.inject({ method: 'DELETE', url: '/api/v1/session', headers: one });
    expect((await get('/api/v1/things', one)).statusCode).toBe(401);
    // Its beats would make thirty days long.
    city.parts.live.stop();
    city.parts.clock.advance(29 * 24 * 3_600_000);
    expect((await get('/api/v1/things', other)).statusCode).toBe(200);
    city.parts.clock.advance(31 * 24 * 3_600_000);
    expect((await get('/api/v1/things', other)).statusCode).toBe(401);
  });

  test('Who guesses must wait, even with the right token; others need not', async () => {
    const { city, give } = await open({ accessToken: TOKEN });
    for (let i = 0; i < MAX_FAILURES; i++) expect((await give(`guess ${i}`)).statusCode).toBe(401);
    const waiting = await give(TOKEN);
    expect([waiting.statusCode, waiting.headers['retry-after']]).toEqual([429, '60']);
    expect((await give(TOKEN, '10.0.0.2')).statusCode).toBe(200);
    city.parts.clock.advance(60_000);
    expect((await give(TOKEN)).statusCode).toBe(200);
  });
});

describe('without an access token', () => {
  test.each([
    ['localhost:8080', 200],
    ['127.0.0.1', 200],
    ['[::1]:8080', 200],
    ['twin.example.org', 421],
    ['localhost.example.org', 421],
    ['127.0.0.1.example.org', 421],
  ])('A request for the host %s is answered with %i', async (host, status) => {
    const { get } = await open({});
    expect((await get('/api/v1/things', { host })).statusCode).toBe(status);
  });

  test('A configured name is answered too', async () => {
    const { get } = await open({ allowedHosts: ['twin.example.org'] });
    expect((await get('/api/v1/things', { host: 'twin.example.org:8080' })).statusCode).toBe(200);
  });

  test('The session says that no token is needed', async () => {
    const { get } = await open({});
    expect((await get('/api/v1/session', { host: 'localhost' })).json()).toEqual({ tokenRequired: false, open: true });
  });
});
