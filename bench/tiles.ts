import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from './main.ts';

const RUNS = 5;

/** Tiling Astana on one core: wall seconds of the whole command, five runs. */
export const run: Bench = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yiping-bench-tiles-'));
  const seconds: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const start = performance.now();
    const args = [
      '-c',
      '0',
      process.execPath,
      'tilesets/main.ts',
      'build',
      'tilesets/cities/astana',
      '--out',
      `${folder}/${i}`,
    ];
    const child = spawn('taskset', args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const [code] = (await once(child, 'exit')) as [number];
    if (code !== 0) throw new Error(`tilesets/main.ts ended with ${code}`);
    seconds.push(Number(((performance.now() - start) / 1000).toFixed(2)));
  }
  rmSync(folder, { recursive: true });
  return { seconds, cores: 1 };
};
