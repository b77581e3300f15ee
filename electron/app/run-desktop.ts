import type { Clock } from '#devices/time/clock.ts';
import type { ElectronShell } from '../shell/electron-shell.ts';
import { answerInstaller } from './answer-installer.ts';
import { DesktopApp } from './desktop-app.ts';

/** Runs the application; ends at once where it runs already, or where an installer only wants its shortcuts made. */
export function runDesktop(shell: ElectronShell, clock: Clock): void {
  if (answerInstaller(process.platform, process.argv, process.execPath, () => shell.quit())) return;
  shell.start();
  const app = new DesktopApp(shell, clock);
  process.on('uncaughtException', (error) => app.failed(error));
  process.on('unhandledRejection', (error) => app.failed(error));
  app.run().then(
    (isRunning) => {
      if (!isRunning) shell.quit();
    },
    (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
      shell.quit();
    },
  );
}
