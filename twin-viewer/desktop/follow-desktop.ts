import { playOrPause, switchLanguage, toggleOverlay } from '../panels/commands.ts';
import type { Viewer } from '../panels/viewer.ts';
import type { DesktopBridge, DesktopCommand } from './desktop-bridge.ts';

/** What a command of the menu does: what its key does. */
const RUN: Readonly<Record<DesktopCommand, (viewer: Viewer) => void>> = {
  search: (viewer) => toggleOverlay(viewer, 'search'),
  live: ({ player }) => player.goLive(),
  play: playOrPause,
  sources: (viewer) => toggleOverlay(viewer, 'sources'),
  help: (viewer) => toggleOverlay(viewer, 'help'),
  language: switchLanguage,
};

/** Runs what is chosen in the application's menus, and tells the application the language, until `signal` is aborted. */
export function followDesktop(viewer: Viewer, desktop: DesktopBridge, signal: AbortSignal): void {
  const { view } = viewer;
  desktop.setLanguage(view.getState().language);
  const stops = [
    desktop.onCommand((command) => RUN[command](viewer)),
    view.subscribe(({ language }, before) => {
      if (language !== before.language) desktop.setLanguage(language);
    }),
  ];
  signal.addEventListener('abort', () => {
    for (const stop of stops) stop();
  });
}
