import type { BridgeChannel, Rectangle, ShellWindow, WindowEvents, WindowOptions } from '../shell.ts';

/** A window as a test plays it: it goes where it is told, and shows what it loads at once. */
export class FakeWindow implements ShellWindow {
  readonly id: number;
  readonly options: WindowOptions;
  readonly loaded: string[] = [];
  readonly sent: { readonly channel: BridgeChannel; readonly value: unknown }[] = [];
  kills = 0;
  focused = 0;
  isFocused = false;
  isKiosk: boolean;
  isFullScreen: boolean;
  isMaximized: boolean;
  #bounds: Rectangle;
  #normalBounds: Rectangle;
  #url = '';
  #isDestroyed = false;
  readonly #listeners = new Map<keyof WindowEvents, ((detail: never) => void)[]>();

  constructor(id: number, options: WindowOptions) {
    this.id = id;
    this.options = options;
    this.isKiosk = options.isKiosk;
    this.isFullScreen = options.isFullScreen;
    this.isMaximized = options.isMaximized;
    this.#bounds = options.bounds;
    this.#normalBounds = options.bounds;
  }

  async load(url: string): Promise<void> {
    this.#mustLive();
    this.loaded.push(url);
    this.#url = url;
  }

  reload(): void {
    this.#mustLive();
    this.loaded.push(this.#url);
  }

  get url(): string {
    this.#mustLive();
    return this.#url;
  }

  get bounds(): Rectangle {
    this.#mustLive();
    return this.#bounds;
  }

  get normalBounds(): Rectangle {
    this.#mustLive();
    return this.#normalBounds;
  }

  get isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  setBounds(bounds: Rectangle): void {
    this.#mustLive();
    this.#bounds = bounds;
    if (!this.isKiosk && !this.isFullScreen && !this.isMaximized) this.#normalBounds = bounds;
    this.emit('placed', undefined);
  }

  setKiosk(on: boolean): void {
    this.#mustLive();
    this.isKiosk = on;
    this.emit('placed', undefined);
  }

  setFullScreen(on: boolean): void {
    this.#mustLive();
    this.isFullScreen = on;
    this.emit('placed', undefined);
  }

  setMaximized(on: boolean): void {
    this.#mustLive();
    this.isMaximized = on;
    this.emit('placed', undefined);
  }

  focus(): void {
    this.#mustLive();
    this.focused++;
  }

  close(): void {
    this.#mustLive();
    this.emit('closed', undefined);
    this.#isDestroyed = true;
  }

  killPage(): void {
    this.#mustLive();
    this.kills++;
  }

  send(channel: BridgeChannel, value: unknown): void {
    this.#mustLive();
    this.sent.push({ channel, value });
  }

  on<K extends keyof WindowEvents>(event: K, listener: (detail: WindowEvents[K]) => void): void {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
  }

  emit<K extends keyof WindowEvents>(event: K, detail: WindowEvents[K]): void {
    for (const listener of this.#listeners.get(event) ?? []) (listener as (detail: WindowEvents[K]) => void)(detail);
  }

  /** The page gives itself another fragment, as it does with every move of the camera. */
  shows(fragment: string): void {
    this.#url = `${this.#url.replace(/#.*$/, '')}#${fragment}`;
  }

  /** Somebody, or the window manager, puts it there. */
  isMovedTo(bounds: Rectangle): void {
    this.setBounds(bounds);
  }

  /** As Electron: what is asked of a window that is gone throws. */
  #mustLive(): void {
    if (this.#isDestroyed) throw new TypeError('Object has been destroyed');
  }
}
