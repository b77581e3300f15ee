import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STATUS_CODES } from '../model/status-code.ts';
import { decodeTwinJson, MAX_PAYLOAD_BYTES, MAX_PROPERTIES } from './twin-json.ts';

const { Good, Uncertain, Bad, BadSensorFailure } = STATUS_CODES;
const T = Date.UTC(2026, 0, 31);
const encoder = new TextEncoder();

function decode(topic: string, payload: string) {
  return decodeTwinJson(topic, encoder.encode(payload));
}

/** value, time, status of the readings; kinds of the issues. */
function brief(topic: string, payload: string) {
  const { readings, issues } = decode(topic, payload);
  return {
    readings: readings.map(({ property, value, time, status }) => [property, value, time, status]),
    issues: issues.map(({ kind }) => kind),
  };
}

describe('one property', () => {
  test.each([
    ['3.5', 3.5],
    ['-0', -0],
    ['1e3', 1000],
    [' 7 \n', 7],
    ['true', true],
    ['false', false],
    ['"auto"', 'auto'],
    ['"3.5"', '3.5'],
    ['""', ''],
  ])('%s is a bare value without a time', (payload, value) => {
    expect(decode('twin/pump-1/flow', payload)).toEqual({
      readings: [{ thing: 'pump-1', property: 'flow', value, time: undefined, status: Good }],
      issues: [],
    });
  });

  test.each([
    ['{"value":1}', 1, undefined, Good],
    [`{"value":1,"time":${T}}`, 1, T, Good],
    ['{"value":1,"time":"2026-01-31T08:00:00.000001+08:00"}', 1, T + 0.001, Good],
    ['{"value":1,"status":"uncertain"}', 1, undefined, Uncertain],
    [`{"value":1,"status":${Uncertain}}`, 1, undefined, Uncertain],
    ['{"status":"BadSensorFailure"}', undefined, undefined, BadSensorFailure],
    ['{"value":null,"status":"bad"}', undefined, undefined, Bad],
    ['{"value":2,"unit":"kW"}', 2, undefined, Good],
  ])('%s carries value, time and status', (payload, value, time, status) => {
    expect(brief('twin/a/x', payload)).toEqual({ readings: [['x', value, time, status]], issues: [] });
  });

  test.each([
    ['', 'undecodable'],
    ['3,5', 'undecodable'],
    ['{"value":', 'undecodable'],
    ['on', 'undecodable'],
    ['NaN', 'not-a-number'],
    ['-Infinity', 'not-a-number'],
    ['1e999', 'not-a-number'],
    ['{"value":1e999}', 'not-a-number'],
    ['null', 'no-result'],
    ['{}', 'no-result'],
    ['{"value":null}', 'no-result'],
    ['[1]', 'bad-value'],
    ['{"value":{"deep":1}}', 'bad-value'],
    ['{"value":1,"time":"2026-01-31T08:00:00"}', 'bad-time'],
    ['{"value":1,"time":null}', 'bad-time'],
    ['{"value":1,"time":-1}', 'bad-time'],
    ['{"value":1,"status":"meh"}', 'bad-status'],
    ['{"value":1,"status":"__proto__"}', 'bad-status'],
  ])('%s is no observation but an issue', (payload, kind) => {
    expect(brief('twin/a/x', payload)).toEqual({ readings: [], issues: [kind] });
  });

  test('bytes that are not UTF-8, and too many bytes, are issues', () => {
    expect(decodeTwinJson('twin/a/x', new Uint8Array([0xff, 0xfe])).issues).toMatchObject([{ kind: 'undecodable' }]);
    const long = new Uint8Array(MAX_PAYLOAD_BYTES + 1);
    expect(decodeTwinJson('twin/a/x', long).issues).toMatchObject([{ kind: 'too-large' }]);
  });

  test('an issue says what, which, why and what to do', () => {
    const [issue] = decode('twin/a/x', '{"value":1,"time":"yesterday"}').issues;
    expect(issue?.reason).toBe(
      'twin/a/x: time "yesterday" is neither RFC 3339 with a zone (2026-01-31T08:00:00+08:00) nor epoch milliseconds; correct it, or leave it out',
    );
  });
});

describe('topics', () => {
  test.each([
    'twin',
    'twin/',
    'twin/a/',
    'twin//x',
    'twin/a/x/y',
    'twin/a/x/',
    'Twin/a/x',
    '/twin/a/x',
    'twin/$a/x',
    'twin/a/$x',
    'elsewhere/a',
  ])('%s is not ours', (topic) => {
    expect(brief(topic, '1')).toEqual({ readings: [], issues: ['unknown-topic'] });
  });

  test('names may be Chinese, and may be those of object members', () => {
    expect(decode('twin/泵站-1/水位', '1').readings).toMatchObject([{ thing: '泵站-1', property: '水位' }]);
    expect(decode('twin/__proto__/constructor', '1').readings).toMatchObject([
      { thing: '__proto__', property: 'constructor' },
    ]);
  });
});

describe('several properties', () => {
  test('share the time of the message unless they have their own', () => {
    const payload = `{"time":${T},"flow":1,"open":true,"level":{"value":2,"time":${T - 5},"status":"uncertain"}}`;
    expect(brief('twin/a', payload)).toEqual({
      readings: [
        ['flow', 1, T, Good],
        ['open', true, T, Good],
        ['level', 2, T - 5, Uncertain],
      ],
      issues: [],
    });
  });

  test('the good ones are taken where others are not', () => {
    const payload = '{"flow":1,"bad/name":2,"deep":{"value":[]},"level":null,"__proto__":3}';
    expect(brief('twin/a', payload)).toEqual({
      readings: [
        ['flow', 1, undefined, Good],
        ['__proto__', 3, undefined, Good],
      ],
      issues: ['bad-value', 'bad-value', 'no-result'],
    });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('need an object, a time that is one, and a bounded number', () => {
    const many = JSON.stringify(Object.fromEntries(Array.from({ length: MAX_PROPERTIES + 1 }, (_, i) => [`p${i}`, i])));
    expect(brief('twin/a', '5').issues).toEqual(['bad-value']);
    expect(brief('twin/a', '{"time":"x","flow":1}')).toEqual({ readings: [], issues: ['bad-time'] });
    expect(brief('twin/a', many)).toEqual({ readings: [], issues: ['too-large'] });
  });

  test('none are no observation and no issue', () => {
    expect(brief('twin/a', '{}')).toEqual({ readings: [], issues: [] });
  });
});

describe('whatever comes', () => {
  const topic = fc.oneof(
    fc.string(),
    fc.constantFrom('twin/a', 'twin/a/x', 'twin/a/$meta'),
    fc.tuple(fc.string(), fc.string()).map(([a, b]) => `twin/${a}/${b}`),
  );

  test('bytes never make it throw, and what is read is a finite number, a boolean, a string or Bad', () => {
    fc.assert(
      fc.property(topic, fc.uint8Array({ maxLength: 200 }), (where, bytes) => {
        expectSound(decodeTwinJson(where, bytes));
      }),
      { numRuns: 2_000 },
    );
  });

  test('JSON never makes it throw', () => {
    const key = fc.constantFrom(
      'value',
      'time',
      'status',
      'name',
      'location',
      'properties',
      'limits',
      'range',
      '__proto__',
      'x',
    );
    const json = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue(),
        fc.dictionary(key, tie('any')),
        fc.array(tie('any'), { maxLength: 3 }),
      ),
    })).any;
    fc.assert(
      fc.property(topic, json, (where, value) => {
        expectSound(decode(where, JSON.stringify(value)));
      }),
      { numRuns: 2_000 },
    );
  });

  test('nesting without end is no way to stop it', () => {
    expectSound(decode('twin/a/x', '['.repeat(100_000)));
    expectSound(decode('twin/a', `${'{"x":'.repeat(30_000)}1${'}'.repeat(30_000)}`));
    const nested = `${'['.repeat(60_000)}${']'.repeat(60_000)}`;
    expect(brief('twin/a', nested).issues).toEqual(['bad-value']);
    expect(brief('twin/a/x', nested).issues).toEqual(['bad-value']);
    expect(brief('twin/a', `{"time":${nested}}`).issues).toEqual(['bad-time']);
    expect(brief('twin/a/x', `{"value":1,"status":${nested}}`).issues).toEqual(['bad-status']);
    expect(brief('twin/a/$meta', `{"name":${nested}}`).issues).toEqual(['bad-meta']);
  });

  function expectSound({ readings, issues }: ReturnType<typeof decodeTwinJson>): void {
    for (const { value, time, status } of readings) {
      if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
      if (value === undefined) expect(status >>> 31).toBe(1);
      if (time !== undefined) expect(Number.isFinite(time)).toBe(true);
    }
    for (const { reason } of issues) expect(reason.length).toBeLessThan(600);
  }
});
