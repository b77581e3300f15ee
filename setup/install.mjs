import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, SetupError, step } from './console.mjs';

const STAMP = join(ROOT, 'node_modules', '.yiping-lock-hash');

/** Installs what package-lock.json names, once for each state of that file. */
export async function installDependencies() {
  const hash = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return;
  await step('Installing dependencies: downloads from the npm registry, about 250 MB', () => {
    // No install scripts: an addon compiled here would be for the wrong Node.
    const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
    });
    if (npm.status !== 0) {
      throw new SetupError(
        'npm ci could not install the dependencies (its own words are above). Check the network and `npm config get registry`, then run the same command again.',
      );
    }
    writeFileSync(STAMP, hash);
  });
}
