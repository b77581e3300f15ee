import fc from 'fast-check';
import { expect, test } from 'vitest';
import { liveOrigin, serverAddress } from './server-address.ts';

test.each([
  ['city', 'http://city:8080'],
  ['  city  ', 'http://city:8080'],
  ['city/', 'http://city:8080'],
  ['city:9000', 'http://city:9000'],
  ['city:80', 'http://city'],
  ['city:80/', 'http://city'],
  ['10.0.0.7', 'http://10.0.0.7:8080'],
  ['[::1]', 'http://[::1]:8080'],
  ['[::1]:9000', 'http://[::1]:9000'],
  ['http://city', 'http://city'],
  ['http://city:80', 'http://city'],
  ['http://city:8080/', 'http://city:8080'],
  ['HTTPS://City.Example', 'https://city.example'],
  ['https://city:443', 'https://city'],
  ['https://city:80', 'https://city:80'],
  ['城市.cn', 'http://xn--uis47l.cn:8080'],
])('%j is the server %s', (typed, server) => {
  expect(serverAddress(typed)).toBe(server);
});

test.each([
  '',
  '   ',
  'a city',
  'ftp://city',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'yiping://app',
  'http://',
  'http://user@city',
  'user:secret@city',
  'city/path',
  'city?query',
  'city#fragment',
  'city:99999',
  'city:port',
  '*',
  '*.example',
  'a;b',
  "a'b",
  'a,b',
  '::1',
])('%j is no address', (typed) => {
  expect(serverAddress(typed)).toBeUndefined();
});

test('whatever is typed, it never throws; what it gives is an origin, which names itself', () => {
  const pieces = fc.constantFrom(
    'http',
    'https',
    '://',
    ':',
    '/',
    '@',
    '[',
    ']',
    '%',
    '?',
    '#',
    '\\',
    '..',
    '80',
    '8080',
    'city',
    ';',
  );
  const typed = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.webUrl(),
    fc.domain(),
    fc.ipV4(),
    fc.ipV6().map((ip) => `[${ip}]`),
    fc.array(pieces).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(typed, (text) => {
      const server = serverAddress(text);
      if (server === undefined) return;
      expect(new URL(server).origin).toBe(server);
      expect(server).toMatch(/^https?:\/\/[a-z0-9._[\]:-]+$/);
      expect(serverAddress(server)).toBe(server);
    }),
    { numRuns: 2000 },
  );
});

test('a host that is typed alone is asked at the port of the service, one with a port at that', () => {
  fc.assert(
    fc.property(fc.domain(), fc.integer({ min: 1, max: 65_535 }), (host, port) => {
      expect(serverAddress(host)).toBe(`http://${host}:8080`.toLowerCase());
      expect(new URL(serverAddress(`${host}:${port}`) as string).port).toBe(port === 80 ? '' : String(port));
    }),
  );
});

test('the live socket is at the same place, and as private', () => {
  expect(liveOrigin('http://city:8080')).toBe('ws://city:8080');
  expect(liveOrigin('https://http.example')).toBe('wss://http.example');
});
