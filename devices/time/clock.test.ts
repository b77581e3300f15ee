import { expect, test } from 'vitest';
import { systemClock } from './clock.ts';

test('the system clock runs what it is given, in order, and not what was cancelled', async () => {
  const seen: string[] = [];
  systemClock.after(0, () => seen.push('cancelled'))();
  await new Promise<void>((resolve) => {
    let ticks = 0;
    const stop = systemClock.every(1, () => {
      seen.push('tick');
      if (++ticks === 2) {
        stop();
        systemClock.after(0, resolve);
      }
    });
  });
  expect(seen).toEqual(['tick', 'tick']);
});
