import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartError } from './start-error.ts';

/** What must fit before we begin; the first checkpoint needs about as much. */
const PROBE_BYTES = 1024 * 1024;

/** The folder of everything that outlives the process, held by one process at a time. */
export interface DataDir {
  /** Path of a file or folder in it. */
  path(name: string): string;
  release(): void;
}

/**
 * Creates the folder where it is missing, tries that it can be written, and locks it.
 *
 * The lock is an exclusive transaction on `lock.sqlite`: the system lets go of it however the process ends, `kill -9`
 * included, so no stale lock ever needs a person. `lock.txt` only names the holder.
 *
 * @throws {StartError} where it is read-only, full, or another process holds it.
 */
export function openDataDir(folder: string): DataDir {
  try {
    makeFolder(folder);
    probe(join(folder, `.probe-${process.pid}`));
  } catch (error) {
    throw new StartError(`data-dir: ${folder} ${whyNot(error)}`);
  }
  const holder = join(folder, 'lock.txt');
  const lock = new DatabaseSync(join(folder, 'lock.sqlite'));
  try {
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    throw new StartError(
      `data-dir: ${folder} is in use by another Yiping${holderOf(holder)}. Stop that one, or give this one its own ` +
        'folder: --data-dir DIR.',
    );
  }
  writeFileSync(holder, `process ${process.pid}\n`);
  return {
    path: (name) => join(folder, name),
    release() {
      rmSync(holder, { force: true });
      lock.close();
    },
  };
}

/** With its parents. Node's own `recursive` never returns where a parent takes no folders, as `/proc` does. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  if (!existsSync(dirname(folder))) makeFolder(dirname(folder));
  mkdirSync(folder);
}

/** Writes and syncs a little, as the history will. */
function probe(path: string): void {
  const file = openSync(path, 'w');
  try {
    writeSync(file, Buffer.alloc(PROBE_BYTES));
    fsyncSync(file);
  } finally {
    closeSync(file);
    rmSync(path, { force: true });
  }
}

function whyNot(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'is on a full disk: not even a megabyte can be written. Free some space, or move it: --data-dir DIR.';
    case 'EROFS':
      return 'is on a read-only file system. Choose a folder that can be written: --data-dir DIR.';
    case 'EACCES':
    case 'EPERM':
      return 'may not be written by this user. Change its owner, or choose another: --data-dir DIR.';
    case 'ENOTDIR':
    case 'EEXIST':
      return 'is not a folder. Choose another: --data-dir DIR.';
    default:
      return `cannot be written: ${message}`;
  }
}

function holderOf(path: string): string {
  try {
    return ` (${readFileSync(path, 'utf8').trim()})`;
  } catch {
    return '';
  }
}
