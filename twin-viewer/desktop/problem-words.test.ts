import { describe, expect, test } from 'vitest';
import { startI18n } from '../panels/i18n/i18n.ts';
import { START_PROBLEMS, type StartChoice } from './desktop-bridge.ts';
import { problemWords } from './problem-words.ts';
import { ADDRESS_FAULTS } from './server-address.ts';

const SERVER: StartChoice = { where: 'server', address: 'http://10.0.0.5:8080' };
const HERE: StartChoice = { where: 'here' };

const speak = async (language: 'zh' | 'en') => (await startI18n(language)).getFixedT(language);

describe.each(['zh', 'en'] as const)('in %s', (language) => {
  test.each(START_PROBLEMS)('%s says what, which and what to do next', async (kind) => {
    const t = await speak(language);
    const isServer = kind.startsWith('server') || kind === 'address-invalid';
    const words = problemWords({ kind, detail: '0.9.0' }, isServer ? SERVER : HERE, '1.2.3');
    const said = [t(words.what, words.values), t(words.next, words.values)];
    for (const sentence of said) expect(sentence).not.toMatch(/^start\.|\{\{|undefined/);
    if (isServer) expect(said.join(' ')).toContain('10.0.0.5:8080');
    expect(`${said.join(' ')} ${words.detail}`).toContain(kind === 'address-invalid' ? '10.0.0.5' : detailOf(kind));
  });

  test.each(ADDRESS_FAULTS)('an address wrong in its %s is answered with an example', async (fault) => {
    const said = (await speak(language))(`start.fault.${fault}`);
    expect(said).toMatch(/192\.168\.1\.20:8080|https:\/\/city\.example|\[fd00::5\]:8080/);
  });
});

/** Of a foreign or silent server there may be nothing more to say. */
function detailOf(kind: string): string {
  return kind.startsWith('server-') && kind !== 'server-version' ? '' : '0.9.0';
}

test('a version is told in the sentence, a folder or last words beside it', () => {
  expect(problemWords({ kind: 'server-version', detail: '0.9.0' }, SERVER, '1').detail).toBe('');
  expect(problemWords({ kind: 'data-full', detail: '/data' }, HERE, '1').detail).toBe('/data');
  expect(problemWords({ kind: 'service-failed', detail: 'Error: x\n' }, HERE, '1').detail).toBe('Error: x');
});

test('what is no address is not tried again', () => {
  const canRetry = START_PROBLEMS.filter((kind) => problemWords({ kind, detail: '' }, SERVER, '1').canRetry);
  expect(START_PROBLEMS.filter((kind) => !canRetry.includes(kind))).toEqual(['address-invalid']);
});
