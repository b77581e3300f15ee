import { afterEach, expect, test } from 'vitest';
import { createBatch } from '#devices/model/observation-batch.ts';
import { FRAME_HEADER_BYTES } from '#devices/wire/frame.ts';
import { HttpServer } from './http-server.ts';
import { NOON, type SmallCity, smallCity } from './testing/small-city.ts';

let running: { server: HttpServer; city: SmallCity } | undefined;

/** A service whose history replays for ever; `ended` resolves each time one replay was given up. */
async function endlessHistory() {
  const city = smallCity();
  const counts = { steps: 0, open: 0 };
  let wake = () => {};
  city.parts.historian.replay = async function* () {
    counts.open++;
    try {
      for (;;) {
        counts.steps++;
        yield { batch: createBatch(0), texts: [], stepEnd: NOON };
      }
    } finally {
      counts.open--;
      wake();
    }
  };
  const server = new HttpServer(city.options, city.parts);
  await server.start();
  running = { server, city };
  const url = `http://127.0.0.1:${server.port}`;
  const ask = (signal: AbortSignal) => fetch(`${url}/api/v1/replay?from=${NOON - 1_000}&to=${NOON}`, { signal });
  const allEnded = async () => {
    while (counts.open > 0) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { url, ask, counts, allEnded };
}

afterEach(async () => {
  await running?.server.stop();
  running?.city.remove();
  running = undefined;
});

test('A replay is read no faster than its reader takes it, and given up when the reader goes', async () => {
  const { ask, counts, allEnded } = await endlessHistory();
  const abort = new AbortController();
  const reader = (await ask(abort.signal)).body?.getReader();
  const first = await reader?.read();
  expect(first?.value?.byteLength).toBeGreaterThanOrEqual(FRAME_HEADER_BYTES);
  abort.abort();
  await allEnded();
  // Buffers between here and there hold a few megabytes; an endless history would have filled the memory.
  expect(counts.steps * FRAME_HEADER_BYTES).toBeLessThan(50_000_000);
});

test('More replays at once than allowed are told to try again, and there is room when others end', async () => {
  const { ask, url, allEnded } = await endlessHistory();
  const abort = new AbortController();
  const first = await Promise.all(Array.from({ length: 16 }, () => ask(abort.signal)));
  expect(first.map(({ status }) => status)).toEqual(Array(16).fill(200));
  const refused = await ask(new AbortController().signal);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await refused.json()).toMatchObject({ error: 'busy' });
  abort.abort();
  await allEnded();
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('\nyiping_http_replays_running 0\n');
});
