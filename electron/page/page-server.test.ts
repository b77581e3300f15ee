import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PageAnswer, PageRequest } from '../shell/shell.ts';
import { FakeShell } from '../shell/testing/fake-shell.ts';
import { PageServer } from './page-server.ts';

const SERVER = 'http://city:8080';
let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'yiping-pages-'));
  for (const folder of ['viewer', 'viewer/assets', 'viewer-secrets']) mkdirSync(join(root, folder));
  writeFileSync(join(root, 'viewer', 'index.html'), '<p>city</p>');
  writeFileSync(join(root, 'viewer', 'start.html'), '<p>start</p>');
  for (const name of ['a.js', 'b.css', 'c.wasm', 'd.svg', 'e.woff2', 'f.unknown', '中 文.json']) {
    writeFileSync(join(root, 'viewer', 'assets', name), name);
  }
  writeFileSync(join(root, 'secret.txt'), 'secret');
  writeFileSync(join(root, 'viewer-secrets', 'secret.txt'), 'secret');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let shell: FakeShell;
let server: string | undefined;
let pages: PageServer;
beforeEach(() => {
  shell = new FakeShell();
  server = SERVER;
  shell.network = async () => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from('{}'),
  });
  pages = new PageServer({ shell, folder: join(root, 'viewer'), server: () => server });
});

const get = (path: string, more: Partial<PageRequest> = {}): Promise<PageAnswer> =>
  pages.answer({ method: 'GET', url: `yiping://app${path}`, headers: {}, ...more });
const text = ({ body }: PageAnswer): string => Buffer.from(body).toString();

describe('the files of the viewer', () => {
  test.each([
    ['/', '<p>city</p>', 'text/html; charset=utf-8'],
    ['/index.html?a=1', '<p>city</p>', 'text/html; charset=utf-8'],
    ['/start.html', '<p>start</p>', 'text/html; charset=utf-8'],
    ['/assets/a.js', 'a.js', 'text/javascript; charset=utf-8'],
    ['/assets/b.css', 'b.css', 'text/css; charset=utf-8'],
    ['/assets/c.wasm', 'c.wasm', 'application/wasm'],
    ['/assets/d.svg', 'd.svg', 'image/svg+xml'],
    ['/assets/e.woff2', 'e.woff2', 'font/woff2'],
    ['/assets/f.unknown', 'f.unknown', 'application/octet-stream'],
    ['/assets/%E4%B8%AD%20%E6%96%87.json', '中 文.json', 'application/json'],
    ['/assets/../index.html', '<p>city</p>', 'text/html; charset=utf-8'],
  ])('are at %s', async (path, content, type) => {
    const answer = await get(path);
    expect([answer.status, text(answer), answer.headers['content-type']]).toEqual([200, content, type]);
  });

  test('say with each answer what pages may do, and nothing may be guessed from them', async () => {
    const { headers } = await get('/');
    expect(headers['content-security-policy']).toMatch(/^default-src 'self'; .*connect-src [^;]*ws:\/\/city:8080(;|$)/);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  });

  test('are told of by HEAD without their content', async () => {
    const answer = await get('/', { method: 'HEAD' });
    expect([answer.status, answer.body.length]).toEqual([200, 0]);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect((await get('/missing', { method: 'HEAD' })).status).toBe(404);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'get'])('are not for %s', async (method) => {
    expect((await get('/index.html', { method })).status).toBe(405);
  });
});

describe('nothing but the files of the viewer', () => {
  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/%2E%2E%2Fsecret.txt',
    '/..%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
    '/..%2fviewer-secrets/secret.txt',
    '/%2fetc/passwd',
    '//etc/passwd',
    '/..%5csecret.txt',
    '/index.html%00',
    '/%00',
    '/index.html%00.js',
    '/%',
    '/%ff',
    '/assets',
    '/assets/',
    '/missing.js',
    `/${'a'.repeat(5000)}`,
  ])('is at %s', async (path) => {
    const answer = await get(path);
    expect([answer.status, answer.headers['content-type']]).toEqual([404, 'application/json']);
    expect(text(answer)).not.toContain('secret"');
    expect(shell.fetched).toEqual([]);
  });

  test.each([
    'yiping://other/index.html',
    'yiping://app.evil/index.html',
    'yiping://app:80/index.html',
    'yiping://user@app/index.html',
    'yiping://APP/index.html',
    'yiping:index.html',
    'yiping://',
    'https://app/index.html',
    'no address',
  ])('is served as %s', async (url) => {
    expect((await pages.answer({ method: 'GET', url, headers: {} })).status).toBe(404);
  });
});

describe('what the page asks the city', () => {
  test.each(['/api/v1/things?limit=2', '/tiles/astana/tileset.json', '/healthz'])(
    'goes to the server: %s',
    async (path) => {
      await get(path);
      expect(shell.fetched).toMatchObject([{ method: 'GET', url: SERVER + path }]);
    },
  );

  test.each(['/apiary', '/tiles', '/API/v1'])('is a file where it only looks like it: %s', async (path) => {
    await get(path);
    expect(shell.fetched).toEqual([]);
  });

  test('cannot name another host', async () => {
    for (const path of ['/api/@evil.example/', '/api/..//evil.example/', '/tiles//evil.example/', '/healthz@evil']) {
      await get(path);
    }
    for (const { url } of shell.fetched) expect(new URL(url).origin).toBe(SERVER);
  });

  test('takes its order along, and of its headers only what the question needs: no cookie, no token, no origin of its own', async () => {
    const body = Buffer.from('{"a":1}');
    const headers = {
      ...{ Accept: 'application/json', 'Content-Type': 'application/json', Range: 'bytes=0-9', 'If-None-Match': '"x"' },
      ...{ Origin: 'yiping://app', Referer: 'yiping://app/index.html#c=1', Cookie: 'a=b', Authorization: 'Bearer x' },
      ...{ Host: 'evil', 'X-Forwarded-For': '1.2.3.4', Connection: 'upgrade', Upgrade: 'websocket' },
    };
    await get('/api/v1/session', { method: 'POST', headers, body });
    expect(shell.fetched).toMatchObject([{ method: 'POST', url: `${SERVER}/api/v1/session`, body }]);
    expect(shell.fetched[0]?.headers).toEqual({
      ...{ accept: 'application/json', 'content-type': 'application/json', range: 'bytes=0-9', 'if-none-match': '"x"' },
      origin: SERVER,
    });
  });

  test('is answered as the server does, with its status', async () => {
    const body = Buffer.from('part');
    shell.network = async () => ({ status: 206, headers: { ETag: '"e"', 'Content-Range': 'bytes 0-3/9' }, body });
    const answer = await get('/tiles/a.glb');
    expect([answer.status, answer.body]).toEqual([206, body]);
    expect(answer.headers).toMatchObject({ etag: '"e"', 'content-range': 'bytes 0-3/9' });
  });

  test('brings the page neither cookies nor what belongs to the connection', async () => {
    const headers = {
      ...{ 'Set-Cookie': 'session=secret', 'Content-Encoding': 'gzip', 'Content-Length': '3', Connection: 'close' },
      ...{ 'Transfer-Encoding': 'chunked', Refresh: '0;url=https://evil', 'Clear-Site-Data': '"*"', 'X-Kept': 'yes' },
    };
    shell.network = async () => ({ status: 200, headers, body: Buffer.from('abc') });
    const kept = (await get('/api/v1/things')).headers;
    expect(Object.keys(kept).sort()).toEqual(['content-security-policy', 'x-content-type-options', 'x-kept']);
  });

  test('is data, and can do nothing when it is opened as a page, whatever the server says of it', async () => {
    const headers = {
      ...{ 'Content-Type': 'text/html', 'X-Content-Type-Options': 'none' },
      'Content-Security-Policy': 'default-src * unsafe-inline',
    };
    shell.network = async () => ({ status: 200, headers, body: Buffer.from('<script>yipingDesktop</script>') });
    expect((await get('/api/evil.html')).headers).toMatchObject({
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    });
  });

  test('is 503 before a server is chosen', async () => {
    server = undefined;
    expect((await get('/api/v1/things')).status).toBe(503);
    expect(shell.fetched).toEqual([]);
  });

  test('is 502 where the server does not answer, and says why', async () => {
    shell.network = async () => {
      throw new Error('net::ERR_TIMED_OUT');
    };
    const answer = await get('/api/v1/things');
    expect(answer.status).toBe(502);
    expect(JSON.parse(text(answer))).toEqual({
      ...{ error: 'desktop', message: 'http://city:8080 does not answer (net::ERR_TIMED_OUT).' },
    });
  });

  test('is 413 where it is larger than a page ever needs, and is not passed on', async () => {
    const of = (length: number) => get('/api/v1/x', { method: 'POST', body: new Uint8Array(length) });
    expect((await of(1024 * 1024 + 1)).status).toBe(413);
    expect(shell.fetched).toEqual([]);
    expect((await of(1024 * 1024)).status).toBe(200);
  });

  test('has a limit in time and in size', async () => {
    await get('/api/v1/things');
    expect(shell.fetched[0]?.timeoutMs).toBeLessThanOrEqual(60_000);
    expect(shell.fetched[0]?.maxBytes).toBeLessThanOrEqual(256 * 1024 * 1024);
  });
});
