import { setTimeout as delay } from 'node:timers/promises';

/** Asks again until `probe` answers something other than undefined; fails with `what` after two minutes. */
export async function eventually<T>(what: string, probe: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`never came: ${what}`);
    await delay(100);
  }
}
