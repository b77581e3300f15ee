import type { DuckDBConnection } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { MAX_PREPARED, ReaderPool } from './reader-pool.ts';

test('however many different questions come, the few that were asked last stay prepared', async () => {
  const alive = new Set<string>();
  let prepared = 0;
  const connection = {
    prepare: async (sql: string) => {
      alive.add(sql);
      prepared++;
      return { run: async () => ({ fetchChunk: async () => null }), destroySync: () => alive.delete(sql) };
    },
  };
  const pool = new ReaderPool([connection as unknown as DuckDBConnection]);
  for (let i = 0; i < 1_000; i++) {
    await pool.numbers(`question ${i}`, [], 'd');
    await pool.numbers('the usual question', [], 'd');
  }
  expect(alive.size).toBe(MAX_PREPARED);
  expect(prepared).toBe(1_001);
});
