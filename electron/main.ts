import { systemClock } from '#devices/time/clock.ts';
import { runDesktop } from './app/run-desktop.ts';
import { ElectronShell } from './shell/electron-shell.ts';

runDesktop(new ElectronShell(), systemClock);
