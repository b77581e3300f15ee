import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { answerInstaller } from './answer-installer.ts';

const EXE = '/app-0.1.0/yiping.exe';

/** What `Update.exe` was asked, and whether the application was told to end. */
function ask(platform: string, ...flags: readonly string[]) {
  const asked: string[][] = [];
  let ends = 0;
  const child = new EventEmitter();
  const run = (_program: string, args: string[]) => {
    asked.push(args);
    return child;
  };
  const isAnswered = answerInstaller(platform, ['yiping', ...flags], EXE, () => ends++, run as never);
  const endsBefore = ends;
  child.emit('close', 0);
  return { isAnswered, asked, endsBefore, ends };
}

test.each([
  ['--squirrel-install', '--createShortcut=yiping.exe'],
  ['--squirrel-updated', '--createShortcut=yiping.exe'],
  ['--squirrel-uninstall', '--removeShortcut=yiping.exe'],
])('at %s shortcuts are seen to before it ends', (flag, order) => {
  expect(ask('win32', flag, '0.1.0')).toEqual({ isAnswered: true, asked: [[order]], endsBefore: 0, ends: 1 });
});

test('an old version that is told it is obsolete only ends', () => {
  expect(ask('win32', '--squirrel-obsolete', '0.1.0')).toEqual({ isAnswered: true, asked: [], endsBefore: 1, ends: 1 });
});

test('the first start after an installation, a start without flags, and other systems are starts like any other', () => {
  for (const [platform, flag] of [
    ['win32', '--squirrel-firstrun'],
    ['win32', ''],
    ['linux', '--squirrel-install'],
  ]) {
    expect(ask(platform as string, flag as string).isAnswered).toBe(false);
  }
});
