import { systemClock } from '#devices/time/clock.ts';
import { DesktopApp } from './app/desktop-app.ts';
import { ElectronShell } from './shell/electron-shell.ts';

const shell = new ElectronShell();
shell.start();
new DesktopApp(shell, systemClock).run().then(
  (isRunning) => {
    if (!isRunning) shell.quit();
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
    shell.quit();
  },
);
