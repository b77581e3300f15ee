import type { Clock } from '#devices/time/clock.ts';
import { cityPage, fragmentOf, isCityUrl, START_PAGE } from '../page/page-address.ts';
import { RestartDelay } from '../service/restart-delay.ts';
import type { Display, Rectangle, Shell, ShellWindow } from '../shell/shell.ts';
import { displayOf, isSame, planWindow, type WindowMode, type WindowPlace } from './window-place.ts';

/** A page that answers nothing for so long after Chromium called it hanging is ended, and comes back. */
export const HANG_MS = 15_000;
/** Where a window was put is its place when it stayed there so long: the system moves windows of a lost display too. */
export const SETTLE_MS = 1_000;
const MAX_FRAME = { side: 16, top: 64 };
/** Out of kiosk the window manager first puts a window where it thinks best, in its own time. */
export const PUT_BACK_MS = 300;

export interface CityWindowParts {
  readonly shell: Shell;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** Something to remember changed. */
  readonly onChanged: () => void;
  readonly onClosed: (window: CityWindow) => void;
}

/** One window on the city: it keeps its place, comes back on it when its display does, and its page when that dies. */
export class CityWindow {
  readonly #parts: CityWindowParts;
  readonly #window: ShellWindow;
  readonly #delay: RestartDelay;
  #place: WindowPlace;
  /** The page that is shown, or comes back; its fragment as it last was. */
  #url = '';
  #displays: readonly Display[];
  #stopKeepingOn: (() => void) | undefined;
  #cancelHang: (() => void) | undefined;
  #cancelSettle: (() => void) | undefined;
  #cancelReload: (() => void) | undefined;
  #cancelPutBack: (() => void) | undefined;
  #beforeKiosk: WindowPlace | undefined;
  /** Where the window manager was last asked to put it. */
  #asked: Rectangle;
  #isClosed = false;

  constructor(parts: CityWindowParts, place: WindowPlace) {
    this.#parts = parts;
    this.#place = place;
    this.#delay = new RestartDelay(parts.clock);
    this.#displays = parts.shell.displays();
    const { bounds, mode } = planWindow(place, this.#displays);
    this.#asked = bounds;
    this.#window = parts.shell.openWindow({
      bounds,
      title: '一屏 Yiping',
      isKiosk: mode === 'kiosk',
      isFullScreen: mode === 'full-screen',
      isMaximized: mode === 'maximized',
    });
    this.#follow();
    this.#keepDisplayOn(mode === 'kiosk');
  }

  get id(): number {
    return this.#window.id;
  }

  get isKiosk(): boolean {
    return this.#place.mode === 'kiosk';
  }

  /** With what its page shows now. */
  get place(): WindowPlace {
    const shown = this.#isClosed ? '' : this.#window.url;
    return isCityUrl(shown) ? { ...this.#place, fragment: fragmentOf(shown) } : this.#place;
  }

  get isFocused(): boolean {
    return !this.#isClosed && this.#window.isFocused;
  }

  /** Shows the city where the window left it; a page that shows it already finds its way back by itself. */
  showCity(): void {
    if (!isCityUrl(this.#url)) this.show(cityPage(this.place.fragment));
  }

  /** Leaves the city, to which `showCity` comes back: it is another one from then on. */
  leaveCity(): void {
    if (isCityUrl(this.#url)) this.show(START_PAGE);
  }

  reload(): void {
    this.#window.reload();
  }

  show(url: string): void {
    // What the city showed is remembered beyond the other page.
    this.#place = this.place;
    this.#cancelReload?.();
    this.#url = url;
    this.#delay.started();
    void this.#window.load(url);
  }

  send: ShellWindow['send'] = (channel, value) => this.#window.send(channel, value);

  focus(): void {
    this.#window.focus();
  }

  close(): void {
    this.#window.close();
  }

  /** In kiosk nothing but the city is on the display, which stays on. Out of it the window is where it was before. */
  setKiosk(on: boolean, display?: Display): void {
    const displays = this.#parts.shell.displays();
    this.#cancelPutBack?.();
    if (on) {
      const home = display ?? displayOf(this.#window.bounds, displays);
      if (!this.isKiosk) this.#beforeKiosk = this.place;
      this.#place = { ...this.place, display: home.bounds, mode: 'kiosk' };
      // The window manager fills the display that the window is on.
      if (this.#window.isKiosk) this.#window.setKiosk(false);
      this.#put(planWindow({ ...this.#place, mode: 'normal', bounds: home.workArea }, [home]).bounds);
      this.#window.setKiosk(true);
    } else {
      const { bounds, display } = this.#beforeKiosk ?? this.#place;
      this.#place = { ...this.place, bounds, display, mode: 'normal' };
      this.#window.setKiosk(false);
      this.#putSoon();
    }
    this.#keepDisplayOn(on);
    this.#parts.onChanged();
  }

  toggleFullScreen(): void {
    this.#cancelPutBack?.();
    if (this.isKiosk) this.setKiosk(false);
    else this.#window.setFullScreen(!this.#window.isFullScreen);
  }

  /** A display came, went or changed: to where it belongs now. */
  displaysChanged(): void {
    this.#cancelSettle?.();
    const displays = this.#parts.shell.displays();
    // All are off: nowhere to go, and nowhere to be seen.
    if (displays.length === 0) return;
    this.#displays = displays;
    const { bounds, mode, isAway } = planWindow(this.#place, this.#displays);
    const isThere = isSame(
      displayOf(this.#window.bounds, this.#displays).bounds,
      displayOf(bounds, this.#displays).bounds,
    );
    if (isThere && (mode === 'normal' || mode === 'maximized')) return;
    this.#parts.log(
      `window ${this.id}: ${isAway ? 'its display is gone, it is shown on another' : 'back on its display'}`,
    );
    // A window that fills a display does not move.
    if (mode === 'kiosk') this.#window.setKiosk(false);
    if (mode === 'full-screen') this.#window.setFullScreen(false);
    if (mode === 'maximized') this.#window.setMaximized(false);
    this.#put(bounds);
    if (mode === 'kiosk') this.#window.setKiosk(true);
    if (mode === 'full-screen') this.#window.setFullScreen(true);
    if (mode === 'maximized') this.#window.setMaximized(true);
  }

  #follow(): void {
    const { clock, log, onClosed } = this.#parts;
    const window = this.#window;
    window.on('placed', () => {
      this.#cancelSettle?.();
      this.#cancelSettle = clock.after(SETTLE_MS, () => this.#settled());
    });
    window.on('closed', () => {
      this.#place = this.place;
      this.#isClosed = true;
      this.#cancelHang?.();
      this.#cancelSettle?.();
      this.#cancelReload?.();
      this.#cancelPutBack?.();
      this.#keepDisplayOn(false);
      onClosed(this);
    });
    window.on('refused', (what) => log(`window ${this.id}: refused ${what.slice(0, 300)}`));
    window.on('load-failed', (why) => log(`window ${this.id}: ${this.#url} could not be loaded: ${why}`));
    window.on('page-gone', (reason) => this.#comeBack(`its page ended (${reason})`));
    window.on('page-hangs', () => {
      this.#cancelHang?.();
      this.#cancelHang = clock.after(HANG_MS, () => {
        log(`window ${this.id}: its page hangs and is ended`);
        window.killPage();
      });
    });
    window.on('page-answers', () => this.#cancelHang?.());
  }

  /** The same page with the same camera, selection and moment, after a wait that grows where it dies again and again. */
  #comeBack(why: string): void {
    if (this.#isClosed) return;
    this.#cancelHang?.();
    this.#place = this.place;
    const waitMs = this.#delay.next();
    this.#parts.log(`window ${this.id}: ${why}; it comes back in ${waitMs / 1000} s`);
    this.#cancelReload?.();
    this.#cancelReload = this.#parts.clock.after(waitMs, () => {
      this.show(isCityUrl(this.#url) ? cityPage(this.#place.fragment) : this.#url);
    });
  }

  /** Somebody put it there: that is its place now, unless it is a guest on another display, or displays are changing. */
  #settled(): void {
    const displays = this.#parts.shell.displays();
    const isChanging = displays.length !== this.#displays.length;
    if (isChanging || planWindow(this.#place, displays).isAway) return;
    const window = this.#window;
    const mode: WindowMode = this.isKiosk
      ? 'kiosk'
      : window.isFullScreen
        ? 'full-screen'
        : window.isMaximized
          ? 'maximized'
          : 'normal';
    if (mode === 'kiosk') return;
    const found = mode === 'normal' ? window.bounds : window.normalBounds;
    const bounds = isFramed(found, this.#asked) ? this.#asked : found;
    this.#place = { ...this.place, mode, bounds, display: displayOf(window.bounds, displays).bounds };
    this.#parts.onChanged();
  }

  /** To its place, unless it is there. */
  #putSoon(): void {
    this.#cancelPutBack = this.#parts.clock.after(PUT_BACK_MS, () => {
      const displays = this.#parts.shell.displays();
      if (displays.length === 0 || this.#place.mode !== 'normal') return;
      const { bounds } = planWindow(this.#place, displays);
      if (!isFramed(this.#window.bounds, bounds)) this.#put(bounds);
    });
  }

  #put(bounds: Rectangle): void {
    this.#asked = bounds;
    this.#window.setBounds(bounds);
  }

  #keepDisplayOn(on: boolean): void {
    if (on) this.#stopKeepingOn ??= this.#parts.shell.keepDisplayOn();
    else {
      this.#stopKeepingOn?.();
      this.#stopKeepingOn = undefined;
    }
  }
}

/** Some window managers put the frame where the window was asked to be: each start would move it by a title bar. */
function isFramed(found: Rectangle, asked: Rectangle): boolean {
  const [right, down] = [found.x - asked.x, found.y - asked.y];
  const isOneFrame = right >= 0 && right <= MAX_FRAME.side && down >= 0 && down <= MAX_FRAME.top;
  return isOneFrame && found.width === asked.width && found.height === asked.height;
}
