import { beforeEach, describe, expect, test } from 'vitest';
import type { BridgeCall } from '../shell/shell.ts';
import { answerCall, type BridgeMethods } from './bridge-calls.ts';

const CALL: BridgeCall = {
  ...{ window: 1, frameUrl: 'yiping://app/index.html#c=1', isMainFrame: true, name: 'server', args: [] },
};

let called: unknown[][];
let methods: BridgeMethods;
beforeEach(() => {
  called = [];
  methods = {
    server: async () => ({ liveUrl: `ws://city/live?${called.push(['server'])}` }),
    startState: async () => ({ kind: 'choose', address: '', dataFolder: `/data/${called.push(['startState'])}` }),
    chooseAgain: async () => void called.push(['chooseAgain']),
    retry: async () => void called.push(['retry']),
    showLogs: async () => void called.push(['showLogs']),
    setLanguage: async (language) => void called.push(['setLanguage', language]),
    choose: async (choice) => void called.push(['choose', choice]),
  };
});

const ask = async (call: Partial<BridgeCall>) => answerCall({ ...CALL, ...call }, methods);

test.each([
  ['server', []],
  ['startState', []],
  ['chooseAgain', []],
  ['retry', []],
  ['showLogs', []],
  ['setLanguage', ['en']],
  ['choose', [{ where: 'here' }]],
  ['choose', [{ where: 'server', address: 'city' }]],
])('a page of ours may ask for %s %j', async (name, args) => {
  await ask({ name, args });
  expect(called).toEqual([[name, ...args]]);
});

test('the start page may ask as the city does', async () => {
  await ask({ frameUrl: 'yiping://app/start.html', name: 'retry' });
  expect(called).toEqual([['retry']]);
});

describe('nobody else is answered', () => {
  test.each<[string, Partial<BridgeCall>]>([
    ['a foreign page', { frameUrl: 'https://evil.example/' }],
    ['a page that has our address within its own', { frameUrl: 'https://evil/?yiping://app/index.html' }],
    ['another host of our scheme', { frameUrl: 'yiping://app.evil/index.html' }],
    ['what the server says, opened as a page', { frameUrl: 'yiping://app/api/v1/evil.html' }],
    ['a frame within our page', { isMainFrame: false }],
    ['a foreign frame within our page', { isMainFrame: false, frameUrl: 'https://evil.example/' }],
    ['what is in no window', { window: undefined }],
    ['a frame that is gone', { frameUrl: '' }],
    ['an empty page', { frameUrl: 'about:blank' }],
  ])('not %s', async (_who, call) => {
    for (const [name, args] of [
      ['server', []],
      ['choose', [{ where: 'here' }]],
    ] as const) {
      await expect(ask({ ...call, name, args })).rejects.toThrow('The bridge does not answer');
    }
    expect(called).toEqual([]);
  });
});

test.each([
  '',
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'Server',
  'server ',
  'onCommand',
  'version',
])('there is no method %j', async (name) => {
  await expect(ask({ name })).rejects.toThrow(`The bridge has no method ${JSON.stringify(name)}`);
  expect(called).toEqual([]);
});

const cyclic: Record<string, unknown> = { where: 'server', address: 'city' };
cyclic.self = cyclic;

test.each<[string, unknown]>([
  ['setLanguage', undefined],
  ['setLanguage', 'fr'],
  ['setLanguage', ['en']],
  ['setLanguage', { toString: 'en' }],
  ['choose', undefined],
  ['choose', null],
  ['choose', 'here'],
  ['choose', []],
  ['choose', {}],
  ['choose', { where: 'there' }],
  ['choose', { where: 'server' }],
  ['choose', { where: 'server', address: 7 }],
  ['choose', { where: 'server', address: 'a'.repeat(1001) }],
  ['choose', { where: 'server', address: 'city', more: 'x' }],
  ['choose', { where: 'here', address: 'city' }],
  ['choose', cyclic],
  ['choose', 7n],
])('%s does not take %o', async (name, argument) => {
  await expect(ask({ name, args: [argument] })).rejects.toThrow();
  expect(called).toEqual([]);
});

test('an error names what was wrong, and repeats no more of it than a line', async () => {
  const long = 'x'.repeat(1_000_000);
  for (const call of [{ frameUrl: long }, { name: long }, { name: 'choose', args: [long] }]) {
    const error = await ask(call).catch((reason: Error) => reason);
    expect((error as Error).message.length).toBeLessThan(400);
  }
});
