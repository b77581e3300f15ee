import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** Prints the figures and keeps them in `bench/results/NAME.json`, with the machine and the day they were measured on. */
export function record(name: string, figures: Record<string, unknown>): void {
  const machine = {
    cores: cpus().length,
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
  const result = { bench: name, date: new Date().toISOString().slice(0, 10), machine, figures };
  mkdirSync('bench/results', { recursive: true });
  writeFileSync(`bench/results/${name}.json`, `${JSON.stringify(result, undefined, 2)}\n`);
  console.log(JSON.stringify(figures, undefined, 2));
}

/** The value below which the share `p` (0–1) of `sorted` lies; NaN for an empty array. */
export function percentile(sorted: readonly number[], p: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN;
}
