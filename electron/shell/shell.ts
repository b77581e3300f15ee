/**
 * Everything the application asks of Electron, and all of Electron that the rest of `electron/` knows. One
 * implementation for the Electron that ships (`electron-shell.ts`); another, for tests on an old one, overrides what that
 * lacks. Coordinates and sizes are in device-independent pixels.
 */
export interface Shell {
  readonly version: string;
  /** BCP 47, e.g. `zh-CN`. */
  readonly locale: string;
  readonly folders: ShellFolders;
  /** False where another instance runs already; that one is told. */
  takeSingleInstance(onSecondStart: () => void): boolean;
  whenReady(): Promise<void>;
  onQuit(work: () => Promise<void>): void;
  quit(): void;
  /** Answers every request to `yiping://`; before it nothing of the scheme is there. */
  servePages(answer: (request: PageRequest) => Promise<PageAnswer>): void;
  /**
   * A request by the application itself, with the cookies of its session. Rejects where nobody answers in `timeoutMs`,
   * where the answer is larger than `maxBytes`, and where it leads elsewhere: only the chosen server is asked.
   */
  fetch(request: OutgoingRequest): Promise<PageAnswer>;
  /** The cookies for `url`, as a Cookie header; empty without any. */
  cookiesFor(url: string): Promise<string>;
  /** Changes the headers of requests to addresses that begin with one of `prefixes()` (of ws: and wss: too). */
  rewriteHeaders(prefixes: () => readonly string[], rewrite: RewriteHeaders): void;
  openWindow(options: WindowOptions): ShellWindow;
  /** Calls of the pages over the bridge. What `answer` returns or throws is told to the page. */
  onCall(answer: (call: BridgeCall) => Promise<unknown>): void;
  displays(): readonly Display[];
  onDisplaysChanged(listener: () => void): void;
  /** The GPU process is gone; what was drawn is lost. */
  onGpuGone(listener: () => void): void;
  setMenu(menu: readonly MenuEntry[]): void;
  /** The display neither dims nor sleeps until the answer is called. */
  keepDisplayOn(): () => void;
  openFolder(path: string): Promise<void>;
  /** Looks for an update at a Squirrel feed. False where the system's own packages bring updates. */
  checkForUpdates(feed: string, report: (line: string) => void): boolean;
  /** Starts the ingest service as a child process. */
  startService(options: ServiceOptions): ServiceProcess;
}

export interface ShellFolders {
  /** Where package.json is: the repository, or the ASAR. */
  readonly app: string;
  /** For settings and logs of this user. */
  readonly userData: string;
}

export interface PageRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface OutgoingRequest extends PageRequest {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Headers by lower-case name. */
export type RewriteHeaders = (
  url: string,
  headers: Readonly<Record<string, string>>,
) => Promise<Readonly<Record<string, string>>>;

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Display {
  readonly id: number;
  readonly bounds: Rectangle;
  /** Without task bars. */
  readonly workArea: Rectangle;
  readonly isPrimary: boolean;
}

export interface WindowOptions {
  readonly bounds: Rectangle;
  readonly title: string;
  readonly isKiosk: boolean;
  readonly isFullScreen: boolean;
  readonly isMaximized: boolean;
}

/** A window with one page, sandboxed, with the preload script. It may neither navigate away nor open windows. */
export interface ShellWindow {
  readonly id: number;
  load(url: string): Promise<void>;
  /** With the fragment that the page gave itself; of a page that died, as it last was. */
  readonly url: string;
  readonly bounds: Rectangle;
  /** Bounds when neither maximized nor full screen. */
  readonly normalBounds: Rectangle;
  readonly isKiosk: boolean;
  readonly isFullScreen: boolean;
  readonly isMaximized: boolean;
  readonly isFocused: boolean;
  setBounds(bounds: Rectangle): void;
  setKiosk(on: boolean): void;
  setFullScreen(on: boolean): void;
  setMaximized(on: boolean): void;
  focus(): void;
  close(): void;
  /** The same page again, from its file. */
  reload(): void;
  /** Ends the page's process, as for one that hangs. */
  killPage(): void;
  send(channel: BridgeChannel, value: unknown): void;
  on<K extends keyof WindowEvents>(event: K, listener: (detail: WindowEvents[K]) => void): void;
}

export interface WindowEvents {
  /** Moved, resized, maximized, or in or out of full screen. */
  placed: undefined;
  closed: undefined;
  /** Its page's process ended; why, in Electron's word. */
  'page-gone': string;
  'page-hangs': undefined;
  'page-answers': undefined;
  /** A page that could not be loaded; why. */
  'load-failed': string;
  /** Something the page may not do was refused: what and where to. */
  refused: string;
}

/** From page to application, and from it to the page. */
export type BridgeChannel = 'yiping:call' | 'yiping:command' | 'yiping:start-state';

export interface BridgeCall {
  readonly window: number | undefined;
  /** The frame that called. */
  readonly frameUrl: string;
  readonly isMainFrame: boolean;
  readonly name: string;
  readonly args: readonly unknown[];
}

export type MenuEntry =
  | { readonly kind: 'separator' }
  | { readonly kind: 'menu'; readonly label: string; readonly entries: readonly MenuEntry[] }
  | {
      readonly kind: 'action';
      readonly label: string;
      /** As Electron writes it, e.g. `CmdOrCtrl+K`; shown only where the page has the key itself. */
      readonly key?: string;
      readonly isKeyOfPage?: boolean;
      readonly run: () => void;
    }
  /** What every application has: Electron's roles. */
  | {
      readonly kind: 'role';
      readonly role: 'quit' | 'copy' | 'paste' | 'selectAll' | 'minimize';
      readonly label: string;
    };

export interface ServiceOptions {
  /** Flags of the ingest service. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface ServiceProcess {
  readonly pid: number | undefined;
  onLine(listener: (line: string) => void): void;
  onMessage(listener: (message: unknown) => void): void;
  /** `code` undefined where a signal ended it. */
  onExit(listener: (code: number | undefined) => void): void;
  send(message: unknown): void;
  kill(): void;
}
