import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Ready } from './service/ingest-service.ts';

const MAIN = join(import.meta.dirname, 'main.ts');
const FREE_PORTS = ['--http-port', '0', '--mqtt-port', '0', '--opcua-port', '0'];

let folder: string;
const children = new Set<ChildProcess>();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-main-'));
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
  children.clear();
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

interface Run {
  readonly child: ChildProcess;
  readonly ready: Promise<Ready>;
  /** Exit code and all that was printed. */
  readonly end: Promise<{ readonly code: number | null; readonly output: string }>;
}

function run(dataDir: string, ...flags: string[]): Run {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('YIPING_')));
  const args = [MAIN, '--no-fleet', '--data-dir', join(folder, dataDir), ...flags];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], cwd: folder, env });
  children.add(child);
  let output = '';
  const streams = [child.stdout, child.stderr] as const;
  for (const stream of streams) stream?.on('data', (chunk) => (output += chunk));
  // Not 'close': it does not come after a disconnect of ours.
  const ends = [once(child, 'exit'), ...streams.map((stream) => once(stream as Readable, 'end'))];
  const end = Promise.all(ends).then(([exit]) => ({ code: exit?.[0] as number | null, output }));
  const ready = Promise.race([
    once(child, 'message').then(([message]) => message as Ready),
    end.then(() => Promise.reject(new Error(`it ended before it was ready:\n${output}`))),
  ]);
  ready.catch(() => {});
  return { child, ready, end };
}

test('It says where it is, answers there, and ends cleanly when it is asked to', async () => {
  const { child, ready, end } = run('clean', ...FREE_PORTS);
  const { url, httpPort, mqttPort } = await ready;
  expect(url).toBe(`http://127.0.0.1:${httpPort}`);
  const { checks } = (await (await fetch(`${url}/readyz`)).json()) as { checks: Record<string, boolean> };
  expect(checks).toMatchObject({ historian: true, broker: true });
  const mqtt = connect(mqttPort, '127.0.0.1');
  await once(mqtt, 'connect');
  mqtt.destroy();
  child.kill('SIGTERM');
  const { code, output } = await end;
  expect(code, output).toBe(0);
  expect(output).toMatch(/http-port +0 /);
  expect(output).toContain('Stopped; everything is on disk.');
});

test('It ends when its parent is gone', async () => {
  const { child, ready, end } = run('orphan', ...FREE_PORTS);
  await ready;
  child.disconnect();
  expect((await end).code).toBe(0);
});

test('A wrong setting ends it with 2 and says what is allowed', async () => {
  const { code, output } = await run('wrong', '--http-port', 'eighty').end;
  expect(code).toBe(2);
  expect(output).toContain('✗ http-port: "eighty" (--http-port) is not allowed; allowed is a port from 1 to 65535');
});

test('A port or a data folder that another one holds ends it with 1 and says which', async () => {
  const first = await run('held', ...FREE_PORTS).ready;
  for (const [setting, port] of [
    ['http-port', first.httpPort],
    ['mqtt-port', first.mqttPort],
  ]) {
    const free = setting === 'http-port' ? '--mqtt-port' : '--http-port';
    const onPort = await run('other', `--${setting}`, String(port), free, '0').end;
    expect(onPort.code).toBe(1);
    expect(onPort.output).toContain(
      `✗ ${setting}: port ${port} on 127.0.0.1 is used by another program. Stop that one, or choose another`,
    );
  }
  const onFolder = await run('held', ...FREE_PORTS).end;
  expect(onFolder.code).toBe(1);
  expect(onFolder.output).toContain('is in use by another Yiping');
});

test('Settings come from config.yaml in the working directory', async () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.yaml'), 'http-port: 0\nmqtt-port: 0\nopcua-port: 4841\n');
  const { opcuaPort } = await run('from-file').ready;
  rmSync(join(folder, 'config.yaml'));
  expect(opcuaPort).toBe(4841);
});
