import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { FleetProcess } from './fleet-process.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-fleet-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A fleet that does what `script` says, on a clock that stands still, with the lines it logged in order. */
function fleetOf(script: string) {
  const path = join(folder, `${Math.random()}.mjs`);
  writeFileSync(path, script);
  const clock = new ManualClock(0);
  const lines: string[] = [];
  let wake = () => {};
  const log = (line: string) => {
    lines.push(line);
    wake();
  };
  const fleet = new FleetProcess({ script: path, args: [], clock, log });
  /** Resolves when so many lines were logged. */
  const logged = async (count: number) => {
    while (lines.length < count) await new Promise<void>((resolve) => (wake = resolve));
    return lines;
  };
  return { fleet, clock, logged, lines };
}

const LIVES = "process.on('disconnect', () => process.exit(0)); process.send({ type: 'fleet-ready' });";

test('A fleet that dies is started again, each time after a longer wait', async () => {
  const { fleet, clock, logged } = fleetOf('process.exit(3);');
  fleet.start();
  await logged(1);
  clock.advance(1_000);
  await logged(2);
  clock.advance(2_000);
  expect(await logged(3)).toEqual([
    'The fleet ended (exit 3); starting it again in 1 s.',
    'The fleet ended (exit 3); starting it again in 2 s.',
    'The fleet ended (exit 3); starting it again in 4 s.',
  ]);
  await fleet.stop();
});

test('A fleet that lived for a minute is started again after the shortest wait', async () => {
  const { fleet, clock, logged } = fleetOf(LIVES);
  fleet.start();
  await fleet.settled;
  clock.advance(60_000);
  process.kill(fleet.pid as number, 'SIGKILL');
  expect(await logged(1)).toEqual(['The fleet ended (SIGKILL); starting it again in 1 s.']);
  await fleet.stop();
});

test('A fleet that is stopped ends, and is not started again', async () => {
  const { fleet, clock, lines } = fleetOf(LIVES);
  fleet.start();
  await fleet.settled;
  await fleet.stop();
  expect(fleet.pid).toBeUndefined();
  clock.advance(100_000);
  expect([fleet.pid, lines]).toEqual([undefined, []]);
});

test('A fleet that does not listen is ended by force', async () => {
  const { fleet, clock } = fleetOf("process.send({ type: 'fleet-ready' }); setInterval(() => {}, 1000);");
  fleet.start();
  await fleet.settled;
  const stopped = fleet.stop();
  clock.advance(5_000);
  await stopped;
  expect(fleet.pid).toBeUndefined();
});

test('Its warnings are shown, its reports are not', async () => {
  const { fleet, logged } = fleetOf(
    'for (const entry of [{level:30,msg:"report"},{level:40,msg:"slow",reason:"disk"}]) console.log(JSON.stringify(entry));',
  );
  fleet.start();
  expect((await logged(1))[0]).toBe('fleet: slow disk');
  await fleet.stop();
});
