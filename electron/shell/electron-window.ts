import type { BrowserWindow } from 'electron';
import { isDocumentUrl } from '../page/page-address.ts';
import type { BridgeChannel, Rectangle, ShellWindow, WindowEvents } from './shell.ts';

/** A BrowserWindow whose page stays our page. */
export class ElectronWindow implements ShellWindow {
  readonly id: number;
  protected readonly window: BrowserWindow;
  readonly #listeners = new Map<keyof WindowEvents, ((detail: never) => void)[]>();

  constructor(window: BrowserWindow) {
    this.window = window;
    this.id = window.id;
    this.#follow();
    this.guard();
  }

  async load(url: string): Promise<void> {
    await this.window.loadURL(url).catch((error: Error) => this.emit('load-failed', error.message));
  }

  get url(): string {
    return this.window.webContents.getURL();
  }

  get bounds(): Rectangle {
    return this.window.getBounds();
  }

  get normalBounds(): Rectangle {
    return this.window.getNormalBounds();
  }

  get isKiosk(): boolean {
    return this.window.isKiosk();
  }

  get isFullScreen(): boolean {
    return this.window.isFullScreen();
  }

  get isMaximized(): boolean {
    return this.window.isMaximized();
  }

  get isFocused(): boolean {
    return this.window.isFocused();
  }

  setBounds(bounds: Rectangle): void {
    this.window.setBounds(bounds);
  }

  setKiosk(on: boolean): void {
    this.window.setKiosk(on);
  }

  setFullScreen(on: boolean): void {
    this.window.setFullScreen(on);
  }

  setMaximized(on: boolean): void {
    if (on) this.window.maximize();
    else this.window.unmaximize();
  }

  focus(): void {
    if (this.window.isMinimized()) this.window.restore();
    this.window.focus();
  }

  close(): void {
    this.window.close();
  }

  reload(): void {
    this.window.webContents.reload();
  }

  killPage(): void {
    // One that is stuck in a driver hears nothing else.
    process.kill(this.window.webContents.getOSProcessId(), 'SIGKILL');
  }

  send(channel: BridgeChannel, value: unknown): void {
    this.window.webContents.send(channel, value);
  }

  on<K extends keyof WindowEvents>(event: K, listener: (detail: WindowEvents[K]) => void): void {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
  }

  protected emit<K extends keyof WindowEvents>(event: K, detail: WindowEvents[K]): void {
    for (const listener of this.#listeners.get(event) ?? []) (listener as (detail: WindowEvents[K]) => void)(detail);
  }

  #follow(): void {
    const { window } = this;
    const placed = () => this.emit('placed', undefined);
    window.on('move', placed);
    window.on('resize', placed);
    window.on('maximize', placed);
    window.on('unmaximize', placed);
    window.on('enter-full-screen', placed);
    window.on('leave-full-screen', placed);
    // Before it is destroyed, so that its place can still be asked for.
    window.on('close', () => this.emit('closed', undefined));
    window.on('unresponsive', () => this.emit('page-hangs', undefined));
    window.on('responsive', () => this.emit('page-answers', undefined));
    // The title says which city it is, from the page; a page that is none of ours has no say.
    window.webContents.on('render-process-gone', (_event, { reason }) => this.emit('page-gone', reason));
  }

  /** Refuses what would bring another page into the window, or open another. */
  protected guard(): void {
    const { webContents } = this.window;
    const keep = (event: { preventDefault(): void }, url: string, what: string) => {
      if (isDocumentUrl(url)) return;
      event.preventDefault();
      this.emit('refused', `${what} ${url}`);
    };
    webContents.on('will-navigate', (event, url) => keep(event, url, 'navigation to'));
    webContents.on('will-redirect', (event, url) => keep(event, url, 'redirect to'));
    // A page cannot keep its window open.
    webContents.on('will-prevent-unload', (event) => event.preventDefault());
    webContents.on('will-attach-webview', (event) => keep(event, '', 'a webview'));
    this.denyWindows();
  }

  protected denyWindows(): void {
    this.window.webContents.setWindowOpenHandler(({ url }) => {
      this.emit('refused', `new window for ${url}`);
      return { action: 'deny' };
    });
  }
}
