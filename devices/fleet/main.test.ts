import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { THING_TEMPLATES } from '#devices/catalog/thing-templates.ts';

let folder: string;
const children = new Set<ChildProcess>();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-fleet-main-'));
  const of = (type: 'air-station' | 'water-plant', transport: string) => ({
    id: `${type}-1`,
    type,
    transport,
    datastreams: THING_TEMPLATES[type].datastreams,
  });
  writeFileSync(join(folder, 'city.json'), JSON.stringify({ timeZone: 'Asia/Almaty' }));
  writeFileSync(join(folder, 'catalog.json'), JSON.stringify([of('air-station', 'mqtt'), of('water-plant', 'opcua')]));
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...flags: string[]) {
  // Nobody listens on port 9 (discard): the fleet must live without a broker.
  const args = ['--city-pack', folder, '--mqtt-url', 'mqtt://127.0.0.1:9', '--opcua-port', '0', ...flags];
  const child = fork(join(import.meta.dirname, 'main.ts'), args, { silent: true });
  children.add(child);
  const out = { text: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      out.text += chunk;
    });
  }
  // Not `close`: it never comes for a child that was disconnected.
  const silent = [child.stdout, child.stderr].map((stream) => stream && once(stream, 'end'));
  const ended = Promise.all([once(child, 'exit'), ...silent]).then(([[code]]) => ({
    code: code as number | null,
    text: out.text,
  }));
  return { child, ended };
}

test('it says when it is ready, and ends with a final report when it is asked to or its parent is gone', async () => {
  for (const end of [(child: ChildProcess) => child.kill('SIGTERM'), (child: ChildProcess) => child.disconnect()]) {
    const { child, ended } = run();
    const [message] = await once(child, 'message');
    expect(message).toMatchObject({ type: 'fleet-ready', report: { things: 2, datastreams: 18 } });
    expect((message as { opcuaPort: number }).opcuaPort).toBeGreaterThan(0);
    end(child);
    const { code, text } = await ended;
    expect(code).toBe(0);
    expect(text).toContain('fleet: final report');
  }
}, 60_000);

test('a wrong flag, a missing pack and a taken port each end it with a reason', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as { port: number };
  const reasons = [
    [['--rate', 'fast'], /--rate fast: must be a number/],
    [['--city-pack', join(folder, 'nowhere')], /nowhere.city\.json: there is no such file/],
    [['--opcua-port', String(port)], new RegExp(`port ${port} on 127\\.0\\.0\\.1`)],
  ] as const;
  for (const [flags, reason] of reasons) {
    const { code, text } = await run(...flags).ended;
    expect(code).toBe(1);
    expect(text).toMatch(reason);
  }
  taken.close();
}, 60_000);
