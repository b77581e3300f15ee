import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/** A mistake that a person can mend; shown without a stack. */
export class SetupError extends Error {}

/** Says what went wrong and ends the process with 1. */
export function fail(error) {
  const expected = error instanceof SetupError || error?.expected === true;
  console.error(`\n✗ ${expected ? error.message : (error?.stack ?? error)}`);
  process.exit(1);
}

/** Runs one long step: says that it begins, and how long it took. Answers what `run` answers. */
export async function step(title, run) {
  const start = performance.now();
  console.log(`… ${title}`);
  const result = await run();
  console.log(`✓ ${title} (${seconds(performance.now() - start)})`);
  return result;
}

export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

export function fromRoot(path) {
  return relative(ROOT, path) || '.';
}
