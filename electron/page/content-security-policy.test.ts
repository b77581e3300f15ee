import { expect, test } from 'vitest';
import { contentSecurityPolicy } from './content-security-policy.ts';

function directives(server: string | undefined): Record<string, readonly string[]> {
  const all = contentSecurityPolicy(server).split('; ');
  return Object.fromEntries(all.map((each) => [each.split(' ')[0], each.split(' ').slice(1)]));
}

test('pages connect to themselves and to the live socket of the chosen server, and to nobody else', () => {
  expect(directives(undefined)['connect-src']).toEqual(["'self'", 'data:', 'blob:']);
  expect(directives('http://city:8080')['connect-src']).toEqual(["'self'", 'data:', 'blob:', 'ws://city:8080']);
  expect(directives('https://city')['connect-src']).toEqual(["'self'", 'data:', 'blob:', 'wss://city']);
});

test('scripts are files of the application; nothing is evaluated, framed, posted or plugged in', () => {
  const policy = directives('http://city:8080');
  expect(policy['script-src']).toEqual(["'self'", "'wasm-unsafe-eval'"]);
  for (const name of ['object-src', 'form-action', 'frame-src', 'frame-ancestors'])
    expect(policy[name]).toEqual(["'none'"]);
  expect(policy['default-src']).toEqual(["'self'"]);
});

test('no directive is said twice: only the first would count', () => {
  const names = contentSecurityPolicy('http://city:8080')
    .split('; ')
    .map((each) => each.split(' ')[0]);
  expect(new Set(names).size).toBe(names.length);
});
