import type { Language } from '#devices/model/localized-text.ts';
import type { DesktopCommand } from '#twin-viewer/desktop/desktop-bridge.ts';
import type { Display, MenuEntry } from '../shell/shell.ts';
import { type Word, word } from './words.ts';

/** What the menu can do; everything is done to the window in front. */
export interface MenuActions {
  readonly command: (command: DesktopCommand) => void;
  readonly newWindow: () => void;
  readonly chooseServer: () => void;
  readonly showLogs: () => void;
  readonly closeWindow: () => void;
  readonly reload: () => void;
  readonly toggleFullScreen: () => void;
  /** `undefined`: the display that the window is on, or out of kiosk again. */
  readonly kiosk: (display: Display | undefined) => void;
}

/** The application menu. Keys that the page knows itself are shown, and left to the page. */
export function menu(language: Language, displays: readonly Display[], actions: MenuActions): readonly MenuEntry[] {
  const say = (name: Word): string => word(name, language);
  const separator: MenuEntry = { kind: 'separator' };
  const action = (name: Word, run: () => void, key?: string): MenuEntry => ({
    ...{ kind: 'action', label: say(name), run },
    ...(key !== undefined && { key }),
  });
  const ofPage = (name: Word, command: DesktopCommand, key: string): MenuEntry => ({
    ...{ kind: 'action', label: say(name), key, isKeyOfPage: true },
    run: () => actions.command(command),
  });
  const role = (role: 'quit' | 'copy' | 'paste' | 'selectAll' | 'minimize'): MenuEntry => ({
    kind: 'role',
    role,
    label: say(role),
  });
  const ofDisplay = (display: Display, i: number): MenuEntry => {
    const { width, height } = display.bounds;
    const label = `${say('kioskOn')} ${i + 1} (${width}×${height})`;
    return { kind: 'action', label, run: () => actions.kiosk(display) };
  };
  return [
    {
      kind: 'menu',
      label: say('application'),
      entries: [
        action('newWindow', actions.newWindow, 'CmdOrCtrl+N'),
        action('chooseServer', actions.chooseServer),
        action('logs', actions.showLogs),
        separator,
        action('closeWindow', actions.closeWindow, 'CmdOrCtrl+W'),
        role('quit'),
      ],
    },
    { kind: 'menu', label: say('edit'), entries: [role('copy'), role('paste'), role('selectAll')] },
    {
      kind: 'menu',
      label: say('view'),
      entries: [
        ofPage('search', 'search', 'CmdOrCtrl+K'),
        ofPage('live', 'live', 'L'),
        ofPage('play', 'play', 'Space'),
        ofPage('sources', 'sources', 'S'),
        separator,
        { kind: 'action', label: say('language'), run: () => actions.command('language') },
        action('reload', actions.reload, 'CmdOrCtrl+R'),
      ],
    },
    {
      kind: 'menu',
      label: say('window'),
      entries: [
        role('minimize'),
        action('fullScreen', actions.toggleFullScreen, 'F11'),
        action('kiosk', () => actions.kiosk(undefined), 'CmdOrCtrl+Shift+K'),
        ...(displays.length > 1 ? [separator, ...displays.map(ofDisplay)] : []),
      ],
    },
    { kind: 'menu', label: say('help'), entries: [ofPage('keys', 'help', '?')] },
  ];
}
