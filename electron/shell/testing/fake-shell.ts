import type {
  BridgeCall,
  Display,
  MenuEntry,
  OutgoingRequest,
  PageAnswer,
  PageRequest,
  RewriteHeaders,
  ServiceOptions,
  Shell,
  WindowOptions,
} from '../shell.ts';
import { FakeService } from './fake-service.ts';
import { FakeWindow } from './fake-window.ts';

/** A full HD display at `x`, `y`, with a task bar of 40 at its lower edge. */
export function displayAt(x: number, y: number, more: Partial<Display> = {}): Display {
  const bounds = { x, y, width: 1920, height: 1080 };
  return { id: x * 10_000 + y, bounds, workArea: { ...bounds, height: 1040 }, isPrimary: x === 0 && y === 0, ...more };
}

/** Electron as a test plays it. */
export class FakeShell implements Shell {
  readonly version = '1.2.3';
  locale = 'zh-CN';
  readonly folders: Shell['folders'];
  readonly windows: FakeWindow[] = [];
  readonly services: FakeService[] = [];
  readonly fetched: OutgoingRequest[] = [];
  readonly openedFolders: string[] = [];
  readonly feeds: string[] = [];
  shownDisplays: readonly Display[] = [displayAt(0, 0)];
  menu: readonly MenuEntry[] = [];
  /** How often the display is kept on now. */
  keptOn = 0;
  isFirst = true;
  hasQuit = false;
  cookies = '';
  /** What the network says to `fetch`. */
  network: (request: OutgoingRequest) => Promise<PageAnswer> = async () => {
    throw new Error('net::ERR_CONNECTION_REFUSED');
  };
  /** Throws where no service can be started at all. */
  beforeService: () => void = () => {};
  answerPage: (request: PageRequest) => Promise<PageAnswer> = async () => {
    throw new Error('No pages are served yet');
  };
  answerCall: (call: BridgeCall) => Promise<unknown> = async () => {
    throw new Error('Nobody answers calls yet');
  };
  #onSecondStart = (): void => {};
  #work = async (): Promise<void> => {};
  #onDisplays: (() => void)[] = [];
  #prefixes: () => readonly string[] = () => [];
  #rewrite: RewriteHeaders = async (_url, headers) => headers;

  constructor(userData = '/nowhere', app = '/app') {
    this.folders = { app, userData };
  }

  takeSingleInstance(onSecondStart: () => void): boolean {
    this.#onSecondStart = onSecondStart;
    return this.isFirst;
  }

  async whenReady(): Promise<void> {}

  onQuit(work: () => Promise<void>): void {
    this.#work = work;
  }

  quit(): void {
    this.hasQuit = true;
  }

  servePages(answer: (request: PageRequest) => Promise<PageAnswer>): void {
    this.answerPage = answer;
  }

  async fetch(request: OutgoingRequest): Promise<PageAnswer> {
    this.fetched.push(request);
    return this.network(request);
  }

  async cookiesFor(): Promise<string> {
    return this.cookies;
  }

  rewriteHeaders(prefixes: () => readonly string[], rewrite: RewriteHeaders): void {
    this.#prefixes = prefixes;
    this.#rewrite = rewrite;
  }

  openWindow(options: WindowOptions): FakeWindow {
    const window = new FakeWindow(this.windows.length + 1, options);
    this.windows.push(window);
    return window;
  }

  onCall(answer: (call: BridgeCall) => Promise<unknown>): void {
    this.answerCall = answer;
  }

  displays(): readonly Display[] {
    return this.shownDisplays;
  }

  onDisplaysChanged(listener: () => void): void {
    this.#onDisplays.push(listener);
  }

  onGpuGone(): void {}

  setMenu(menu: readonly MenuEntry[]): void {
    this.menu = menu;
  }

  keepDisplayOn(): () => void {
    this.keptOn++;
    return () => {
      this.keptOn--;
    };
  }

  async openFolder(path: string): Promise<void> {
    this.openedFolders.push(path);
  }

  checkForUpdates(feed: string): boolean {
    this.feeds.push(feed);
    return true;
  }

  startService(options: ServiceOptions): FakeService {
    this.beforeService();
    const service = new FakeService(1000 + this.services.length, options);
    this.services.push(service);
    return service;
  }

  /** Displays are plugged in, out, or changed. */
  plug(...displays: readonly Display[]): void {
    this.shownDisplays = displays;
    for (const listener of this.#onDisplays) listener();
  }

  startAgain(): void {
    this.#onSecondStart();
  }

  /** The user quits; resolves when the application lets go. */
  askToQuit(): Promise<void> {
    return this.#work();
  }

  /** The headers of a request of a page as they go out. */
  async sent(url: string, headers: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
    return this.#prefixes().some((prefix) => url.startsWith(prefix)) ? this.#rewrite(url, headers) : headers;
  }

  /** A page of window `window` calls over the bridge. */
  async call(window: number, name: string, ...args: readonly unknown[]): Promise<unknown> {
    const frameUrl = this.windows[window - 1]?.url ?? '';
    return this.answerCall({ window, frameUrl, isMainFrame: true, name, args });
  }
}
