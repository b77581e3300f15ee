import { join } from 'node:path';
import type { Language } from '#devices/model/localized-text.ts';
import type { Clock } from '#devices/time/clock.ts';
import type { DesktopCommand, StartChoice } from '#twin-viewer/desktop/desktop-bridge.ts';
import { RotatingLog } from '../logs/rotating-log.ts';
import { START_PAGE } from '../page/page-address.ts';
import { PageServer } from '../page/page-server.ts';
import { liveOrigin } from '../service/server-address.ts';
import { SettingsFile } from '../settings/desktop-settings.ts';
import type { Shell } from '../shell/shell.ts';
import type { CityWindow } from '../windows/city-window.ts';
import { CityWindows } from '../windows/city-windows.ts';
import type { WindowPlace } from '../windows/window-place.ts';
import { answerCall } from './bridge-calls.ts';
import { CityStart } from './city-start.ts';
import { menu } from './menu.ts';
import { languageOf } from './words.ts';

/** Windows move in many small steps. */
const SAVE_MS = 500;
const REMEMBER_MS = 60_000;

/** The application: windows on one city, which is inside or on a server. */
export class DesktopApp {
  readonly #shell: Shell;
  readonly #clock: Clock;
  readonly #log: RotatingLog;
  readonly #serviceLog: RotatingLog;
  readonly #settings: SettingsFile;
  readonly #start: CityStart;
  readonly #windows: CityWindows;
  readonly #logFolder: string;
  #front: CityWindow | undefined;
  #cancelSave: (() => void) | undefined;
  #isQuitting = false;

  constructor(shell: Shell, clock: Clock) {
    this.#shell = shell;
    this.#clock = clock;
    const { userData } = shell.folders;
    const folder = join(userData, 'logs');
    this.#logFolder = folder;
    this.#log = new RotatingLog({ folder, name: 'desktop', clock });
    this.#serviceLog = new RotatingLog({ folder, name: 'service', clock });
    const log = (line: string) => this.#log.write(line);
    this.#settings = new SettingsFile(join(userData, 'settings.json'), log);
    this.#start = new CityStart({
      ...{ shell, clock, dataFolder: join(userData, 'data') },
      serviceFlags: () => this.#settings.settings.serviceFlags,
      logService: (line) => this.#serviceLog.write(line),
      onState: (state) => {
        log(`start: ${JSON.stringify(state)}`);
        for (const window of this.#windows.all) {
          // What is shown and allowed there belongs to the server that was; the next one's must not mix with it.
          if (state.kind === 'starting') window.leaveCity();
          window.send('yiping:start-state', state);
        }
      },
      onReady: (server) => {
        log(`The city is at ${server}`);
        for (const window of this.#windows.all) window.showCity();
      },
    });
    this.#windows = new CityWindows({
      ...{ shell, clock, log },
      onChanged: () => this.#saveSoon(),
      onOpened: (window) => {
        this.#front = window;
        if (this.#start.server === undefined) window.show(START_PAGE);
        else window.showCity();
      },
    });
  }

  /** False where it runs already; that one comes to the front. */
  async run(): Promise<boolean> {
    const shell = this.#shell;
    if (!shell.takeSingleInstance(() => this.#inFront()?.focus())) return false;
    this.#log.open();
    this.#serviceLog.open();
    this.#log.write(`Yiping ${shell.version} starts`);
    this.#settings.load();
    await shell.whenReady();
    const pages = new PageServer({
      shell,
      folder: join(shell.folders.app, 'dist', 'viewer'),
      server: () => this.#start.server,
    });
    shell.servePages((request) => pages.answer(request));
    this.#speakForPages();
    shell.onCall((call) => answerCall(call, this.#bridge()));
    shell.onQuit(() => this.#end());
    shell.onGpuGone(() => this.#log.write('The GPU process ended; pages draw anew'));
    shell.onDisplaysChanged(() => this.#showMenu());
    this.#showMenu();
    const { choice, windows, updateFeed } = this.#settings.settings;
    this.#windows.start(windows);
    if (choice !== undefined) void this.#start.run(choice);
    if (updateFeed !== undefined) this.#checkForUpdates(updateFeed);
    // What windows show changes without a word; a power cut loses a minute of it.
    this.#clock.every(REMEMBER_MS, () => this.#saveSoon());
    return true;
  }

  /** The live socket is opened by a page of `yiping://`, which the server does not know: it is told that it is its own. */
  #speakForPages(): void {
    const server = () => this.#start.server;
    this.#shell.rewriteHeaders(
      () => {
        const address = server();
        return address === undefined ? [] : [`${liveOrigin(address)}/`];
      },
      async (_url, headers) => {
        const address = server();
        if (address === undefined) throw new Error('No server is chosen');
        const cookie = await this.#shell.cookiesFor(address);
        return { ...headers, origin: address, ...(cookie !== '' && { cookie }) };
      },
    );
  }

  #bridge() {
    return {
      server: async () => {
        const { server } = this.#start;
        if (server === undefined) throw new Error('No server is chosen');
        return { liveUrl: `${liveOrigin(server)}/live` };
      },
      setLanguage: async (language: Language) => {
        if (language === this.#language) return;
        this.#settings.save({ language });
        this.#showMenu();
      },
      startState: async () => this.#start.state,
      choose: async (choice: StartChoice) => {
        this.#settings.save({ choice });
        void this.#start.run(choice);
      },
      chooseAgain: async () => this.#start.ask(this.#settings.settings.choice),
      retry: async () => {
        const { choice } = this.#settings.settings;
        if (choice !== undefined) void this.#start.run(choice);
      },
      showLogs: () => this.#shell.openFolder(this.#logFolder),
    };
  }

  get #language(): Language {
    return this.#settings.settings.language ?? languageOf(this.#shell.locale);
  }

  #inFront(): CityWindow | undefined {
    const all = this.#windows.all;
    return all.find((window) => window.isFocused) ?? (this.#front && all.includes(this.#front) ? this.#front : all[0]);
  }

  #chooseServer(): void {
    this.#start.ask(this.#settings.settings.choice);
    for (const window of this.#windows.all) window.show(START_PAGE);
  }

  #showMenu(): void {
    const front = (work: (window: CityWindow) => void) => () => {
      const window = this.#inFront();
      if (window !== undefined) work(window);
    };
    this.#shell.setMenu(
      menu(this.#language, this.#shell.displays(), {
        command: (command: DesktopCommand) => this.#inFront()?.send('yiping:command', command),
        newWindow: () => this.#windows.add(),
        chooseServer: () => this.#chooseServer(),
        showLogs: () => void this.#shell.openFolder(this.#logFolder).catch((error) => this.#log.write(String(error))),
        closeWindow: front((window) => window.close()),
        reload: front((window) => window.reload()),
        toggleFullScreen: front((window) => window.toggleFullScreen()),
        kiosk: (display) => {
          const window = this.#inFront();
          window?.setKiosk(display !== undefined || !window.isKiosk, display);
        },
      }),
    );
  }

  #checkForUpdates(feed: string): void {
    const log = (line: string) => this.#log.write(line);
    try {
      if (this.#shell.checkForUpdates(feed, log)) return;
      log(`updateFeed: on this system updates come as packages, not from ${feed}`);
    } catch (error) {
      log(`updateFeed: ${feed} cannot be asked: ${error}`);
    }
  }

  #saveSoon(): void {
    if (this.#isQuitting) return;
    this.#cancelSave ??= this.#clock.after(SAVE_MS, () => {
      this.#cancelSave = undefined;
      const windows = this.#windows.places;
      if (windows.length > 0 && !isSame(windows, this.#settings.settings.windows)) this.#settings.save({ windows });
    });
  }

  /** A mistake of ours must not put a dialog over a wall: it is logged, and the screen goes on. */
  failed(error: unknown): void {
    this.#log.write(`Failed: ${error instanceof Error ? error.stack : String(error)}`);
  }

  async #end(): Promise<void> {
    this.#isQuitting = true;
    this.#cancelSave?.();
    const windows = this.#windows.places;
    // None was opened yet: those that are remembered still count.
    if (windows.length > 0) this.#settings.save({ windows });
    await this.#start.stop();
    this.#log.write('Yiping ended');
  }
}

function isSame(a: readonly WindowPlace[], b: readonly WindowPlace[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
