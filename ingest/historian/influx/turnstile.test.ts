import { expect, test } from 'vitest';
import { Turnstile } from './turnstile.ts';

test('No more than so many are inside, and the others enter in the order in which they came', async () => {
  const turnstile = new Turnstile(2);
  const entered: number[] = [];
  const leaves = [0, 1, 2, 3].map(async (number) => {
    const leave = await turnstile.enter();
    entered.push(number);
    return leave;
  });
  const first = await (leaves[0] as Promise<() => void>);
  await leaves[1];
  expect(entered).toEqual([0, 1]);
  first();
  first();
  await leaves[2];
  expect(entered).toEqual([0, 1, 2]);
});
