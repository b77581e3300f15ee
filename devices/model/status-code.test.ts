import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isBad, parseStatus, STATUS_CODES, severityOf, statusName } from './status-code.ts';

const anyStatus = fc.integer({ min: 0, max: 0xffffffff });

test('every name is read and written, in the case of the standard', () => {
  for (const [name, code] of Object.entries(STATUS_CODES)) {
    expect(parseStatus(name)).toBe(code);
    expect(statusName(code)).toBe(name);
  }
});

test.each([
  ['good', 0],
  ['GOOD', 0],
  ['Uncertain', 0x40000000],
  ['bad', 0x80000000],
  [0x80050000, 0x80050000],
  ['badsensorfailure', undefined],
  ['__proto__', undefined],
  ['toString', undefined],
  ['0', undefined],
  [-1, undefined],
  [1.5, undefined],
  [2 ** 32, undefined],
  [null, undefined],
  [{}, undefined],
])('%s is read as %s', (given, status) => {
  expect(parseStatus(given)).toBe(status);
});

test('the severity is in the two highest bits, and Bad is Bad by either way of asking', () => {
  fc.assert(
    fc.property(anyStatus, (status) => {
      const top = Math.floor(status / 2 ** 30);
      expect(severityOf(status)).toBe((['good', 'uncertain', 'bad', 'bad'] as const)[top]);
      expect(isBad(status)).toBe(severityOf(status) === 'bad');
    }),
  );
});

test('a code with info bits keeps its name, an unknown one has that of its severity', () => {
  expect(statusName(STATUS_CODES.BadSensorFailure + 0x0400)).toBe('BadSensorFailure');
  expect(statusName(0x80ff0000)).toBe('Bad');
  expect(statusName(0x40ff0000)).toBe('Uncertain');
  expect(statusName(0x00ff0000)).toBe('Good');
});
