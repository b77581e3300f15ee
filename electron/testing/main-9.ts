import { systemClock } from '#devices/time/clock.ts';
import { runDesktop } from '../app/run-desktop.ts';
import { Electron9Shell } from './electron-9-shell.ts';

runDesktop(new Electron9Shell(), systemClock);
