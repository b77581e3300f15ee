import { describe, expect, test } from 'vitest';
import type { DatastreamJson, SourceJson } from '#devices/wire/api.ts';
import { en } from '../i18n/en.ts';
import type { Translate } from '../i18n/i18n.ts';
import { zh } from '../i18n/zh.ts';
import { ageText, deltaText, durationText } from './age-text.ts';
import { cityTime } from './city-time.ts';
import { lengthText, placeText } from './place-text.ts';
import { clockText, delayText, intervalText, rateText, sourceStateText } from './source-text.ts';
import { unitText } from './unit-text.ts';
import { countText, limitText, measuredText, numberText } from './value-text.ts';

const speak =
  (words: Readonly<Record<string, string>>): Translate =>
  (key, values = {}) =>
    (words[key] as string).replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name]));
const inChinese = speak(zh);
const inEnglish = speak(en);

const NOW = Date.UTC(2026, 10, 23, 8);
const source: SourceJson = {
  id: 'mqtt:roof',
  protocol: 'mqtt',
  sender: 'roof',
  concern: 'none',
  firstHeard: '2026-11-23T07:00:00Z',
  lastHeard: '2026-11-23T08:00:00Z',
  messages: 10,
  readings: 10,
  readingsPerSecond: 2,
  stored: 10,
  duplicates: 0,
  refused: 0,
  dropped: 0,
  late: 0,
  untimed: 0,
  missing: 0,
  overflows: 0,
  clock: { state: 'right' },
  datastreams: 12,
  stale: 0,
  gaps: 0,
};

describe('a source', () => {
  test('is told in words: the worst of it first', () => {
    const said = (more: Partial<SourceJson>) => [
      sourceStateText({ ...source, ...more }, NOW, inChinese),
      sourceStateText({ ...source, ...more }, NOW, inEnglish),
    ];
    expect(said({ concern: 'silent', silentSince: '2026-11-23T07:57:00Z', stale: 12 })).toEqual([
      '已静默 3 分',
      'silent for 3 min',
    ]);
    expect(said({ concern: 'gaps', stale: 3 })).toEqual(['3 / 12 项过期', '3 of 12 stale']);
    expect(said({ concern: 'gaps' })).toEqual(['十分钟内有过中断', 'gap in the last 10 min']);
    expect(said({})).toEqual(['发送中', 'sending']);
    expect(said({ readingsPerSecond: 0 })).toEqual(['暂无应到数据', 'nothing is due']);
  });

  test('has a clock, and one that seems behind may only be late', () => {
    const said = (more: Partial<SourceJson>) => clockText({ ...source, ...more }, inEnglish);
    expect(said({ clock: { state: 'ahead', offsetMs: 90_000 } })).toBe('90 s ahead');
    expect(said({ clock: { state: 'behind', offsetMs: -90_000 } })).toBe('90 s behind, or always late');
    expect(said({ clock: { state: 'unknown' } })).toBe('not judged yet');
    expect(said({ clock: { state: 'unknown' }, untimed: 10 })).toBe('sends no times');
  });

  test('has a delay where it sends times, and a rate in a unit that fits', () => {
    expect(delayText(source)).toBeUndefined();
    expect(delayText({ ...source, delay: { p50: 42.4, p95: 1_234, max: 9_000, count: 10 } })).toBe('42 ms / 1.2 s');
    expect(delayText({ ...source, delay: { p50: 0, p95: -90_000, max: 0, count: 10 } })).toBe('<1 ms / −90 s');
    expect([120, 2, 0.5, 0.05, 0].map((rate) => rateText(rate, inEnglish))).toEqual([
      '120/s',
      '2/s',
      '30/min',
      '3/min',
      undefined,
    ]);
  });

  test('says who says how often it sends', () => {
    const said = (more: Partial<DatastreamJson>) =>
      intervalText({ id: 'a/b', index: 0, property: 'b', resultType: 'number', ...more }, inEnglish);
    expect(said({ intervalMs: 10_000, learntIntervalMs: 5_000 })).toBe('10 s, declared by the device');
    expect(said({ learntIntervalMs: 900_000 })).toBe('about 15 min, learnt from its data; the device declares none');
    expect(said({})).toMatch(/^unknown/);
  });
});

test.each([
  [0.3, '0 ms'],
  [999, '999 ms'],
  [-90_000, '−90 s'],
  [1_500, '1.5 s'],
  [150_000, '2.5 min'],
  [3 * 3_600_000, '3 h'],
  [5 * 86_400_000, '5 d'],
])('%s ms last %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

describe('units', () => {
  test.each([
    ['ug/m3', 'µg/m³'],
    ['mg/m3', 'mg/m³'],
    ['Cel', '°C'],
    ['km/h', 'km/h'],
    ['m3/s', 'm³/s'],
    ['kW.h', 'kWh'],
    ['{r}/min', 'r/min'],
    ['{NTU}', 'NTU'],
    ['deg', '°'],
    ['[pH]', ''],
    ['1', ''],
    ['W/m2', 'W/m²'],
    ['m.s-2', 'm·s⁻²'],
    ['uS/cm', 'µS/cm'],
    ['%', '%'],
    [undefined, ''],
  ])('%s is written %s', (ucum, text) => {
    expect(unitText(ucum, inEnglish)).toBe(text);
  });

  test('what is counted is counted in the language of the screen', () => {
    expect([unitText('{veh}/h', inChinese), unitText('{veh}/h', inEnglish)]).toEqual(['辆/h', 'veh/h']);
    expect(unitText('{person}', inChinese)).toBe('人');
  });
});

describe('values', () => {
  test.each([
    [3.42, '3.42'],
    [35.24, '35.2'],
    [428.06, '428.1'],
    [3214, '3\u202f214'],
    [1234567.8, '1\u202f234\u202f568'],
    [-0.001, '0.00'],
    [-12.34, '−12.3'],
  ])('%d is shown as %s', (value, text) => {
    expect(numberText(value)).toBe(text);
  });

  test('a value carries its unit; what is counted is whole; a contact says yes or no', () => {
    expect(measuredText(35.24, { resultType: 'number', unit: 'ug/m3' }, inChinese)).toBe('35.2 µg/m³');
    expect(measuredText(41, { resultType: 'number', unit: '{space}' }, inEnglish)).toBe('41 spaces');
    expect(measuredText(0, { resultType: 'boolean' }, inChinese)).toBe('否');
    expect(measuredText(271, { resultType: 'number', unit: 'deg' }, inEnglish)).toBe('271.0°');
    expect(measuredText(undefined, { resultType: 'number', unit: 'm' }, inEnglish)).toBeUndefined();
  });

  test('a limit keeps the digits it was given with', () => {
    expect([limitText(3.2, 'm'), limitText(-30, '°C'), limitText(85, '%')]).toEqual(['3.2 m', '−30 °C', '85 %']);
    expect(countText(4812)).toBe('4\u202f812');
  });
});

describe('ages', () => {
  test.each([
    [300, '0.3 s'],
    [949, '0.9 s'],
    [12_400, '12 s'],
    [59_400, '59 s'],
    [125_000, '2 分'],
    [3 * 3_600_000, '3 小时'],
    [5 * 86_400_000, '5 天'],
    [-50, '0.0 s'],
  ])('%d ms is %s', (ms, text) => {
    expect(ageText(ms, inChinese)).toBe(text);
  });

  test('a delay is signed', () => {
    expect([deltaText(86), deltaText(-1250), deltaText(90_000)]).toEqual(['+86 ms', '−1.25 s', '+1.5 min']);
  });
});

describe('times of the city', () => {
  const instant = Date.UTC(2026, 10, 23, 9, 32, 7, 214);

  test('are those of its zone, not of the screen', () => {
    const time = cityTime('Asia/Shanghai', 'zh');
    expect(time.clock(instant)).toBe('17:32:07');
    expect(time.date(instant)).toBe('2026-11-23 周一');
    expect(time.full(instant)).toBe('2026-11-23 17:32:07.214 +08:00');
    expect(time.zone(instant)).toBe('UTC+8');
  });

  test('know zones of half an hour, and midnight is 00', () => {
    expect(cityTime('Asia/Kolkata', 'en').zone(instant)).toBe('UTC+5:30');
    expect(cityTime('Asia/Shanghai', 'en').clock(Date.UTC(2026, 10, 23, 16, 0, 0))).toBe('00:00:00');
    expect(cityTime('America/New_York', 'en').zone(instant)).toBe('UTC−5');
  });
});

test('a place is read as degrees with their side', () => {
  expect(placeText({ lat: 51.15871, lon: 71.43009 })).toBe('51.1587 N 71.4301 E');
  expect(placeText({ lat: -33.8688, lon: -70.5, height: 12 })).toBe('33.8688 S 70.5000 W · 12 m');
  expect([lengthText(500), lengthText(2000)]).toEqual(['500 m', '2 km']);
});
