import { beforeAll, expect, test } from 'vitest';
import { PasswordChecks } from './password-checks.ts';
import { hashPassword, type PasswordHash, parsePasswordHash } from './password-hash.ts';

let hash: PasswordHash;
beforeAll(async () => {
  hash = parsePasswordHash(await hashPassword('correct')) as PasswordHash;
});

const attempt = (from: string, password: string, mayTry = () => true) => ({
  from,
  password: Buffer.from(password),
  hash,
  mayTry,
});

test('the right password is right, each hash has its own salt, and the wrong one is wrong', async () => {
  const checks = new PasswordChecks();
  expect(await checks.check(attempt('a', 'correct'))).toBe('right');
  expect(await checks.check(attempt('a', 'correct'))).toBe('right');
  expect(await checks.check(attempt('a', 'correcT'))).toBe('wrong');
  expect(await hashPassword('correct')).not.toBe(hash.text);
});

test('addresses take turns: behind a flood from one, another waits for no more than what runs', async () => {
  const checks = new PasswordChecks();
  const order: string[] = [];
  const flood = Array.from({ length: 12 }, () =>
    checks.check(attempt('flood', 'wrong')).then(() => order.push('flood')),
  );
  await checks.check(attempt('calm', 'correct')).then(() => order.push('calm'));
  await Promise.all(flood);
  expect(order.indexOf('calm')).toBeLessThanOrEqual(4);
});

test('who has failed too often when its turn comes is not checked', async () => {
  const checks = new PasswordChecks();
  let failures = 0;
  const mayTry = () => failures < 2;
  const verdicts = await Promise.all(
    Array.from({ length: 30 }, async () => {
      const verdict = await checks.check(attempt('a', 'wrong', mayTry));
      if (verdict === 'wrong') failures++;
      return verdict;
    }),
  );
  expect(verdicts.filter((verdict) => verdict === 'wrong').length).toBeLessThanOrEqual(4);
});

test('so many wait and no more', async () => {
  const checks = new PasswordChecks();
  let mayTry = true;
  const all = Array.from({ length: 1_100 }, () => checks.check(attempt('a', 'wrong', () => mayTry)));
  mayTry = false;
  const verdicts = await Promise.all(all);
  expect(verdicts.filter((verdict) => verdict === 'not-checked').length).toBeGreaterThan(1_000);
});
