import { describe, expect, test } from 'vitest';
import { readServerAddress, spokenAddress } from './server-address.ts';

describe('a typed address', () => {
  test.each([
    ['city.example', 'http://city.example:8080'],
    ['192.168.1.20', 'http://192.168.1.20:8080'],
    ['192.168.1.20:9000', 'http://192.168.1.20:9000'],
    [' localhost:80 ', 'http://localhost'],
    ['[fd00::5]', 'http://[fd00::5]:8080'],
    ['[fd00::5]:9000', 'http://[fd00::5]:9000'],
    ['http://city.example', 'http://city.example'],
    ['HTTPS://City.Example:8443', 'https://city.example:8443'],
    ['http://city.example:8080/#view=71,51,900,0,30&lang=zh', 'http://city.example:8080'],
    ['192。168。1。20：8080', 'http://192.168.1.20:8080'],
  ])('%j is %s', (typed, origin) => {
    expect(readServerAddress(typed)).toEqual({ kind: 'good', origin });
  });

  test.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['my server', 'space'],
    ['ws://city.example', 'scheme'],
    ['yiping://app', 'scheme'],
    ['http://', 'host'],
    [':8080', 'host'],
    ['192.168.1', 'host'],
    ['8080', 'host'],
    ['192.168.1.256', 'host'],
    ['[fd00::5', 'ipv6'],
    ['fd00::5', 'ipv6'],
    ['city^example', 'host'],
    ['city.example:', 'port'],
    ['city.example:0', 'port'],
    ['city.example:65536', 'port'],
    ['city.example:http', 'port'],
    ['admin:secret@city.example', 'credentials'],
  ])('%j is wrong in its %s', (typed, fault) => {
    expect(readServerAddress(typed)).toEqual({ kind: 'bad', fault });
  });

  test('read twice is the same', () => {
    const once = readServerAddress('city.example');
    expect(readServerAddress(once.kind === 'good' ? once.origin : '')).toEqual(once);
  });

  test('is spoken without http, but with https', () => {
    expect(spokenAddress('http://192.168.1.20:8080')).toBe('192.168.1.20:8080');
    expect(spokenAddress('https://city.example/')).toBe('https://city.example');
  });
});
