import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appendObservation, createBatch } from '#devices/model/observation-batch.ts';
import { DuckDbHistorian } from '../historian/duckdb/duckdb-historian.ts';

const DISK_BYTES = 60_000_000;
/** More than DuckDB's log (16 MB) may hold: bringing that into the file is what must fit before anything else. */
const BALLAST_BYTES = 24_000_000;
const ROWS = 8_000;

const folder = mkdtempSync(join(tmpdir(), 'yiping-full-'));
let isMounted = false;
try {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', folder], { stdio: 'ignore' });
  isMounted = true;
} catch {
  // Only root can make a small disk; the test below says so by its name.
}

let historian: DuckDbHistorian;
beforeAll(async () => {
  if (isMounted) historian = await DuckDbHistorian.open(join(folder, 'history.duckdb'));
});
afterAll(async () => {
  await historian?.close().catch(() => {
    // The disk is full again; what is in the log is read at the next start.
  });
  if (isMounted) execFileSync('umount', ['--lazy', folder]);
  rmSync(folder, { recursive: true, force: true });
});

let next = 0;
/** Whether one group was stored. */
async function store(): Promise<boolean> {
  const batch = createBatch(ROWS);
  for (let i = 0; i < ROWS; i++) {
    const time = 1e12 + next++;
    appendObservation(batch, 0, time, time, Math.random(), 0, next);
  }
  return historian.append({ batch, texts: [] }).then(
    () => true,
    () => false,
  );
}

async function storeUntil(outcome: boolean): Promise<number> {
  let stored = 0;
  for (let tries = 0; tries < 500; tries++) {
    const isStored = await store();
    if (isStored) stored += ROWS;
    if (isStored === outcome) return stored;
  }
  throw new Error(`500 groups and none ${outcome ? 'was stored' : 'failed'}`);
}

test.skipIf(!isMounted)(
  'a full disk loses nothing that was stored, refuses the rest, and goes on when there is room (needs root to mount a small disk)',
  async () => {
    const ballast = join(folder, 'ballast');
    writeFileSync(ballast, new Uint8Array(BALLAST_BYTES));
    let stored = await storeUntil(false);
    rmSync(ballast);
    stored += await storeUntil(true);
    stored += await storeUntil(false);
    expect(stored).toBeGreaterThan(10 * ROWS);
    const counts = await historian.density({ from: 0, to: 2e12 }, 1);
    expect(counts[0]).toBe(stored);
  },
);
