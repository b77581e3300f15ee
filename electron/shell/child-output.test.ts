import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { beforeEach, expect, test } from 'vitest';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { ChildOutput, LAST_WORDS_MS } from './child-output.ts';

/** As Electron's UtilityProcess does it: with the end it lets go of the streams and of all who listen to them. */
class Child extends EventEmitter {
  stdout: PassThrough | null = new PassThrough();
  stderr: PassThrough | null = new PassThrough();

  end(code: number): void {
    this.emit('exit', code);
    this.stdout?.removeAllListeners();
    this.stderr?.removeAllListeners();
    [this.stdout, this.stderr] = [null, null];
  }
}

let child: Child;
let clock: ManualClock;
let told: string[];
let ended: Promise<number>;
let streams: PassThrough[];
beforeEach(() => {
  child = new Child();
  clock = new ManualClock(0);
  streams = [child.stdout as PassThrough, child.stderr as PassThrough];
  told = [];
  const output = new ChildOutput(child, clock);
  output.onLine((line) => told.push(line));
  ended = new Promise((resolve) => output.onExit(resolve));
});

test('its lines are told as they come, whichever way', async () => {
  streams[0]?.end('one\ntwo\n');
  streams[1]?.end('three');
  child.end(0);
  expect(await ended).toBe(0);
  expect([...told].sort()).toEqual(['one', 'three', 'two']);
});

test('its end is told after its last words, also where those come after it', async () => {
  streams[0]?.write('Yiping\n');
  child.end(1);
  setImmediate(() => {
    streams[0]?.end();
    streams[1]?.end('\n✗ data-dir: /data is on a full disk\n');
  });
  expect(await ended).toBe(1);
  expect(told).toContain('✗ data-dir: /data is on a full disk');
});

test('its end is told although somebody else holds its output open', async () => {
  child.end(7);
  clock.advance(LAST_WORDS_MS);
  expect(await ended).toBe(7);
});

test('a child that closed its output before ends at once', async () => {
  for (const stream of streams) {
    stream.end();
    stream.resume();
  }
  await new Promise((resolve) => setImmediate(resolve));
  child.end(3);
  expect(await ended).toBe(3);
});

test('a child without output ends all the same', async () => {
  const silent = new Child();
  [silent.stdout, silent.stderr] = [null, null];
  const output = new ChildOutput(silent, clock);
  const end = new Promise((resolve) => output.onExit(resolve));
  silent.end(0);
  expect(await end).toBe(0);
});
