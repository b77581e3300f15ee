import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { ROOT, SetupError } from './console.mjs';

const PINNED_MAJOR = 24;

/** Path of the Node 24 that the lockfile pins; this process's own where it is new enough and none was installed. */
export function pinnedNode() {
  const folder = join(ROOT, 'node_modules', `node-${platformName()}-${process.arch}`, 'bin');
  const binary = join(folder, process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(binary)) return binary;
  if (Number(process.versions.node.split('.')[0]) >= PINNED_MAJOR) return process.execPath;
  throw new SetupError(
    `Yiping runs on Node ${PINNED_MAJOR}; this is ${process.version}, and the npm registry has no Node binary for ${process.platform} ${process.arch}. Install Node ${PINNED_MAJOR} from nodejs.org and run the same command again.`,
  );
}

/** The environment in which every `node` is the pinned one. */
export function pinnedEnvironment() {
  return { ...process.env, PATH: `${dirname(pinnedNode())}${delimiter}${process.env.PATH ?? ''}` };
}

/** Starts the same command under the pinned Node and ends with its exit code; false where this is it already. */
export function rerunUnderPinnedNode() {
  const node = pinnedNode();
  if (process.execPath === node || Number(process.versions.node.split('.')[0]) >= PINNED_MAJOR) return false;
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit', env: pinnedEnvironment() });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
  return true;
}

function platformName() {
  return process.platform === 'win32' ? 'win' : process.platform;
}
