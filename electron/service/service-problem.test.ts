import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openDataDir } from '#ingest/service/data-dir.ts';
import { serviceProblem } from './service-problem.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-problem-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const disk = vi.hoisted(() => ({ refuses: undefined as string | undefined }));
vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  const openSync: typeof real.openSync = (path, ...rest) => {
    if (disk.refuses !== undefined && String(path).includes('.probe-')) {
      throw Object.assign(new Error(`${disk.refuses}: no`), { code: disk.refuses });
    }
    return real.openSync(path, ...rest);
  };
  return { ...real, default: { ...real, openSync }, openSync };
});

/** What the ingest service writes at its end where its data folder fails it, as `ingest/main.ts` does. */
function wordsOf(path: string, refuses?: string): readonly string[] {
  disk.refuses = refuses;
  try {
    openDataDir(path).release();
  } catch (error) {
    return ['Yiping 一屏', ...`\n✗ ${(error as Error).message}`.split('\n')];
  } finally {
    disk.refuses = undefined;
  }
  throw new Error(`${path} could be opened`);
}

describe('in the words of the service itself', () => {
  test.each([
    ['ENOSPC', 'data-full'],
    ['EDQUOT', 'data-full'],
    ['EROFS', 'data-read-only'],
    ['EACCES', 'data-read-only'],
    ['EPERM', 'data-read-only'],
  ])('a disk that refuses with %s is %s', (code, kind) => {
    expect(serviceProblem(wordsOf(join(folder, 'refused'), code), '/data')).toEqual({ kind, detail: '/data' });
  });

  test('a data folder that is a file cannot be written', () => {
    const path = join(folder, 'file');
    writeFileSync(path, '');
    expect(serviceProblem(wordsOf(path), path)).toEqual({ kind: 'data-read-only', detail: path });
  });

  test('a data folder of another Yiping is in use', () => {
    const path = join(folder, 'held');
    mkdirSync(path);
    const held = openDataDir(path);
    expect(serviceProblem(wordsOf(path), path)).toEqual({ kind: 'data-in-use', detail: path });
    held.release();
  });

  test('any other trouble of the data folder is told as it was said', () => {
    const path = join(folder, 'odd');
    const { kind, detail } = serviceProblem(wordsOf(path, 'EIO'), path);
    expect([kind, detail]).toEqual(['service-failed', `data-dir: ${path} cannot be written: EIO: no`]);
  });
});

test('what is meant for people is told, and not the stack after it', () => {
  const words = ['up', '✗ Error: boom', '    at a', '    at b', '    at c', '    at d', '    at e'];
  expect(serviceProblem(words, '/data').detail.split('\n')).toEqual([
    'Error: boom',
    '    at a',
    '    at b',
    '    at c',
  ]);
});

test('without a word for people the last lines are told; without any line, nothing', () => {
  expect(serviceProblem(['1', '2', '3', '4', '5'], '/data').detail).toBe('2\n3\n4\n5');
  expect(serviceProblem([], '/data')).toEqual({ kind: 'service-failed', detail: '' });
});
