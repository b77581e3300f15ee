import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DuckDbHistorian } from '../historian/duckdb/duckdb-historian.ts';

let folder: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-kill-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function startIngest(mode: 'honest' | 'break-the-promise' = 'honest'): Promise<{ url: string }> {
  child = fork(join(import.meta.dirname, 'ingest-child.ts'), [folder, mode], { execArgv: [] });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { url: `mqtt://127.0.0.1:${port}` };
}

async function kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
  const exited = once(child as ChildProcess, 'exit');
  child?.kill(signal);
  return (await exited)[0] as number | null;
}

/** Publishes numbers from `first` on, 300 under way at a time; resolves with those acknowledged once there are enough. */
async function publishUntil(
  url: string,
  thing: string,
  first: number,
  enough: number,
): Promise<{ acknowledged: number[]; client: MqttClient }> {
  const client = await mqtt.connectAsync(url, { reconnectPeriod: 0 });
  client.on('error', () => {
    // The service is killed while we talk to it.
  });
  const acknowledged: number[] = [];
  let next = first;
  await new Promise<void>((resolve) => {
    const publish = (): void => {
      const number = next++;
      client.publish(`twin/${thing}/n`, `{"value":${number},"time":${1.76e12 + number}}`, { qos: 1 }, (error) => {
        if (error) return;
        acknowledged.push(number);
        if (acknowledged.length >= enough) resolve();
        publish();
      });
    };
    for (let i = 0; i < 300; i++) publish();
  });
  return { acknowledged, client };
}

/** The numbers of a Thing in history. */
async function stored(thing: string): Promise<Set<number>> {
  const catalog = new DatabaseSync(join(folder, 'operational.sqlite'));
  const row = catalog.prepare('SELECT document FROM thing WHERE id = ?').get(thing);
  catalog.close();
  if (row === undefined) return new Set();
  const { datastreams } = JSON.parse(row.document as string) as { datastreams: { index: number }[] };
  const historian = await DuckDbHistorian.open(join(folder, 'history.duckdb'));
  const page = await historian.observations(datastreams[0]?.index as number, { from: 0, to: 2e12 }, 100_000);
  await historian.close();
  return new Set(page.observations.map(({ value }) => value as number));
}

function missing(acknowledged: readonly number[], found: ReadonlySet<number>): number[] {
  return acknowledged.filter((number) => !found.has(number));
}

test('whatever was acknowledged is in history after kill -9, at whatever moment, over and over', async () => {
  const acknowledged: number[] = [];
  for (const enough of fc.sample(fc.integer({ min: 1, max: 3_000 }), 3)) {
    const { url } = await startIngest();
    const sent = await publishUntil(url, 'counter', acknowledged.length * 2, enough);
    await kill('SIGKILL');
    sent.client.end(true);
    acknowledged.push(...sent.acknowledged);
    expect(missing(acknowledged, await stored('counter')), `killed after ${enough}`).toEqual([]);
  }
});

test('the control: acknowledging before the commit loses what was acknowledged', async () => {
  const { url } = await startIngest('break-the-promise');
  const { acknowledged, client } = await publishUntil(url, 'counter', 0, 500);
  await kill('SIGKILL');
  client.end(true);
  expect(missing(acknowledged, await stored('counter')).length).toBeGreaterThan(0);
});

test('a clean stop keeps everything, leaves no log behind, and says 0', async () => {
  const { url } = await startIngest();
  const { acknowledged, client } = await publishUntil(url, 'counter', 0, 1_000);
  expect(await kill('SIGTERM')).toBe(0);
  client.end(true);
  expect(existsSync(join(folder, 'history.duckdb.wal'))).toBe(false);
  expect(missing(acknowledged, await stored('counter'))).toEqual([]);
});
