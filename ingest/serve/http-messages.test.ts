import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MessageJson } from '#devices/wire/api.ts';
import { FRAME_MEDIA_TYPE } from '#devices/wire/frame.ts';
import { Journal } from '../journal/journal.ts';
import { RecordBuffer } from '../journal/record-buffer.ts';
import type { App } from './app.ts';
import { buildHttpApp } from './http-server.ts';
import { NOON, type SmallCity, smallCity } from './testing/small-city.ts';

const BYTES = Buffer.from([0xff, 0x00, 0x80]);
const TEXT = Buffer.from('{"value":7,"note":"水位"}');
let folder: string;
let city: SmallCity;
let journal: Journal;
let app: App;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-messages-'));
  city = smallCity();
  const { clock, latest } = city.parts;
  journal = await Journal.open(
    { folder, clock, latest, historianPosition: () => 5, report: () => {}, restore: () => {} },
    { reserveBytes: 0 },
  );
  app = await buildHttpApp(city.options, { ...city.parts, journal });
});
afterAll(async () => {
  await app.close();
  await journal.close();
  city.remove();
  rmSync(folder, { recursive: true, force: true });
});

function get(url: string) {
  return app.inject({ url, headers: { host: 'localhost:8080' } });
}

describe('the message of an observation', () => {
  test('of a journal that holds none yet is not there, and the answer says so', async () => {
    const answer = await get('/api/v1/messages/5');
    expect(answer.statusCode).toBe(404);
    expect(answer.json().message).toBe(
      'There is no message "5". The journal holds none yet; it begins with the next observation.',
    );
  });

  test('is given byte by byte, and as text where it is UTF-8', async () => {
    const records = new RecordBuffer();
    for (const [position, payload, sender] of [
      [5, TEXT, 'meter-7'],
      [6, BYTES, ''],
    ] as const) {
      records.begin('message', 'mqtt', NOON + position, position);
      records.number(2, 0, position, NOON, 7, NOON);
      records.finish('twin/level/depth', sender, payload);
    }
    await journal.write(records, 7);
    const first = (await get('/api/v1/messages/5')).json();
    expect(Value.Errors(MessageJson, first)).toEqual([]);
    expect(first).toEqual({
      position: 5,
      source: 'mqtt',
      address: 'twin/level/depth',
      sender: 'meter-7',
      receivedTime: '2026-11-23T08:00:00.005Z',
      payload: TEXT.toString('base64'),
      text: String(TEXT),
    });
    const second = (await get('/api/v1/messages/6')).json();
    expect(second).toMatchObject({ position: 6, payload: BYTES.toString('base64') });
    expect(Object.keys(second)).not.toContain('text');
    expect(Object.keys(second)).not.toContain('sender');
  });

  test.each([4, 7, 9_007_199_254_740_991])(
    '%d, outside the journal, is not there, and the answer says what is',
    async (position) => {
      const answer = await get(`/api/v1/messages/${position}`);
      expect(answer.statusCode).toBe(404);
      expect(answer.json().message).toBe(
        `There is no message "${position}". The journal holds 5 to 6; raise journal-budget to keep messages for longer.`,
      );
    },
  );

  test.each(['-1', '1.5', 'x'])('%s is no position', async (position) => {
    expect((await get(`/api/v1/messages/${position}`)).statusCode).toBe(400);
  });
});

describe('an answer that lacks something because history is behind', () => {
  const from = NOON - 600_000;
  const asked = [
    `/api/v1/observations?datastream=air/pm25&from=${from}&to=${NOON}`,
    `/api/v1/observations?datastream=air/pm25&from=${from}&to=${NOON}&maxPoints=10`,
    `/api/v1/state?at=${NOON}`,
  ];

  test.each(asked)('%s says until when it is complete, what is on its way, and why', async (url) => {
    city.parts.historian.lag = {
      observations: 1_200,
      completeUntil: NOON - 60_000,
      problem: { kind: 'away', message: 'InfluxDB does not answer' },
    };
    expect((await get(url)).json().incomplete).toEqual({
      completeUntil: '2026-11-23T07:59:00.000Z',
      observations: 1_200,
      reason: 'History is away (InfluxDB does not answer) and catches up when it is back.',
    });
    city.parts.historian.lag = { observations: 1_200, completeUntil: NOON - 60_000, problem: undefined };
    expect((await get(url)).json().incomplete.reason).toBe('History is catching up; ask again soon.');
  });

  test.each([
    ['history has all of it', { observations: 0, completeUntil: undefined, problem: undefined }],
    [
      'what it lacks is later than what was asked',
      { observations: 3, completeUntil: NOON, problem: { kind: 'away', message: 'away' } },
    ],
    ['the lag is the beat of the feed', { observations: 3, completeUntil: NOON - 200, problem: undefined }],
  ])('says nothing of it where %s', async (_, lag) => {
    city.parts.historian.lag = lag;
    for (const url of asked) expect(Object.keys((await get(url)).json())).not.toContain('incomplete');
  });

  test('says it beside frames in a header, for the state and for a replay', async () => {
    city.parts.historian.lag = {
      observations: 3,
      completeUntil: NOON - 60_000,
      problem: { kind: 'away', message: 'away' },
    };
    for (const url of [`/api/v1/state?at=${NOON}`, `/api/v1/replay?from=${NOON - 1_000}&to=${NOON}`]) {
      const headers = { host: 'localhost:8080', accept: FRAME_MEDIA_TYPE };
      const answer = await app.inject({ url, headers });
      expect(answer.headers['yiping-history-complete-until'], url).toBe('2026-11-23T07:59:00.000Z');
    }
  });
});
