import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { RotatingLog, type RotatingLogOptions } from './rotating-log.ts';

const clock = new ManualClock(Date.UTC(2026, 0, 2, 3, 4, 5));
/** `2026-01-02T03:04:05.000Z line\n` */
const bytesOf = (line: string): number => 25 + Buffer.byteLength(line) + 1;

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'yiping-log-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folder: string;
let told: string[];
beforeEach(() => {
  folder = join(mkdtempSync(join(root, 'case-')), 'logs');
  told = [];
  vi.spyOn(console, 'error').mockImplementation((text) => told.push(String(text)));
});
afterEach(() => vi.restoreAllMocks());

function open(options: Partial<RotatingLogOptions> = {}): RotatingLog {
  const log = new RotatingLog({ folder, name: 'desktop', clock, ...options });
  log.open();
  return log;
}
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

test('each line has its time, and goes on after what is there', () => {
  open().write('one');
  open().write('two');
  expect(read('desktop.log')).toBe('2026-01-02T03:04:05.000Z one\n2026-01-02T03:04:05.000Z two\n');
});

test('a full file becomes the first of the old ones, and the oldest goes', () => {
  const log = open({ maxBytes: bytesOf('line 1'), files: 3 });
  for (const i of [1, 2, 3, 4, 5]) log.write(`line ${i}`);
  expect(readdirSync(folder).sort()).toEqual(['desktop.1.log', 'desktop.2.log', 'desktop.log']);
  expect(['desktop.log', 'desktop.1.log', 'desktop.2.log'].map((name) => read(name).slice(25, -1))).toEqual([
    'line 5',
    'line 4',
    'line 3',
  ]);
});

test('what was written before the start counts', () => {
  open({ maxBytes: 60 }).write('before');
  open({ maxBytes: 60 }).write('after this');
  expect(read('desktop.1.log')).toContain('before');
  expect(read('desktop.log')).not.toContain('before');
});

test('logs of two names in one folder do not touch each other', () => {
  const [one, two] = [open({ maxBytes: 40, files: 2 }), open({ name: 'service', maxBytes: 40, files: 2 })];
  for (const line of ['a', 'b', 'c']) {
    one.write(line);
    two.write(line);
  }
  expect(readdirSync(folder).sort()).toEqual(['desktop.1.log', 'desktop.log', 'service.1.log', 'service.log']);
});

test('whatever is written: never more files than asked for, none over its size unless one line is, and the newest is last', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constant('一屏观全城'.repeat(10))), {
        minLength: 1,
        maxLength: 30,
      }),
      fc.integer({ min: 30, max: 300 }),
      fc.integer({ min: 1, max: 4 }),
      (lines, maxBytes, files) => {
        folder = mkdtempSync(join(root, 'many-'));
        const log = open({ maxBytes, files });
        for (const line of lines) log.write(line);
        expect(readdirSync(folder).length).toBeLessThanOrEqual(files);
        const longest = Math.max(...lines.map(bytesOf));
        for (const name of readdirSync(folder)) {
          expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(Math.max(maxBytes, longest));
        }
        const last = lines[lines.length - 1] as string;
        expect(readFileSync(join(folder, 'desktop.log')).subarray(-bytesOf(last))).toEqual(
          Buffer.from(`2026-01-02T03:04:05.000Z ${last}\n`),
        );
      },
    ),
    { numRuns: 60 },
  );
  expect(told).toEqual([]);
});

test('a folder that cannot be written is told once, and ends nothing; when it can be again, the log goes on', () => {
  writeFileSync(folder, 'a file where the folder should be');
  const log = open();
  log.write('lost');
  log.write('lost too');
  expect(told).toEqual([expect.stringMatching(/^The log .*desktop\.log cannot be written: /)]);
  rmSync(folder);
  mkdirSync(folder);
  log.write('there again');
  expect(read('desktop.log')).toContain('there again');
  rmSync(folder, { recursive: true });
  log.write('lost again');
  expect(told).toHaveLength(2);
});
