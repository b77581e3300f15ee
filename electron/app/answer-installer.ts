import { spawn } from 'node:child_process';
import { basename, dirname, resolve } from 'node:path';

/** What Squirrel's `Update.exe` is asked for each of its events; undefined: nothing. */
const SHORTCUTS: Readonly<Record<string, string | undefined>> = {
  '--squirrel-install': '--createShortcut',
  '--squirrel-updated': '--createShortcut',
  '--squirrel-uninstall': '--removeShortcut',
  '--squirrel-obsolete': undefined,
};

/**
 * Squirrel for Windows starts the application at its installation, update and removal, with one of these flags, for it to
 * make or remove its shortcuts and end. True where that is so; `done` is called then.
 */
export function answerInstaller(
  platform: string,
  argv: readonly string[],
  executable: string,
  done: () => void,
  run: typeof spawn = spawn,
): boolean {
  const event = argv[1];
  if (platform !== 'win32' || event === undefined || !Object.hasOwn(SHORTCUTS, event)) return false;
  const order = SHORTCUTS[event];
  if (order === undefined) {
    done();
    return true;
  }
  const updater = resolve(dirname(executable), '..', 'Update.exe');
  const child = run(updater, [`${order}=${basename(executable)}`], { detached: true });
  child.on('error', done);
  child.on('close', done);
  return true;
}
