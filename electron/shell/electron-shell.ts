import { join } from 'node:path';
import {
  app,
  autoUpdater,
  BrowserWindow,
  type IpcMainInvokeEvent,
  ipcMain,
  Menu,
  net,
  powerSaveBlocker,
  protocol,
  screen,
  session,
  shell,
  utilityProcess,
} from 'electron';
import { systemClock } from '#devices/time/clock.ts';
import { PAGE_SCHEME } from '../page/page-address.ts';
import { ChildOutput } from './child-output.ts';
import { ElectronWindow } from './electron-window.ts';
import { menuTemplate } from './menu-template.ts';
import { readWhole } from './read-whole.ts';
import type {
  BridgeCall,
  Display,
  MenuEntry,
  OutgoingRequest,
  PageAnswer,
  PageRequest,
  RewriteHeaders,
  ServiceOptions,
  ServiceProcess,
  Shell,
  ShellWindow,
  WindowOptions,
} from './shell.ts';

/** V8's young generation of the service, MiB, as for `npm start`. */
const YOUNG_MIB = 8;
/**
 * A page may put text that it made itself on the clipboard ("copy link"), and open the live socket of a server in its own
 * network, which Chromium asks about from 147 on; to which server, the policy of the page says. Nothing else.
 */
const ALLOWED_PERMISSIONS: readonly string[] = [
  'clipboard-sanitized-write',
  'local-network-access',
  'local-network',
  'loopback-network',
];

/** The Electron that ships. What an older one does otherwise is `protected`, for the shell of tests to override. */
export class ElectronShell implements Shell {
  readonly version = app.getVersion();
  readonly folders = { app: app.getAppPath(), userData: app.getPath('userData') };

  /** Before Electron is ready; the scheme must be known by then. */
  start(): void {
    protocol.registerSchemesAsPrivileged([
      { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
    ]);
    // Else Chromium draws nothing in 3D any more after its GPU process died twice, and ends after the third time; a screen
    // goes on for months.
    app.disableDomainBlockingFor3DAPIs();
    app.commandLine.appendSwitch('disable-gpu-process-crash-limit');
    app.on('window-all-closed', () => app.quit());
  }

  get locale(): string {
    return app.getLocale();
  }

  takeSingleInstance(onSecondStart: () => void): boolean {
    const isFirst = app.requestSingleInstanceLock();
    if (isFirst) app.on('second-instance', onSecondStart);
    return isFirst;
  }

  async whenReady(): Promise<void> {
    await app.whenReady();
    const { defaultSession } = session;
    defaultSession.setPermissionRequestHandler((_page, permission, answer) =>
      answer(ALLOWED_PERMISSIONS.includes(permission)),
    );
    defaultSession.setPermissionCheckHandler((_page, permission) => ALLOWED_PERMISSIONS.includes(permission));
  }

  onQuit(work: () => Promise<void>): void {
    let state: 'runs' | 'ending' | 'done' = 'runs';
    app.on('before-quit', (event) => {
      if (state === 'done') return;
      event.preventDefault();
      // Asked again, it must not go before the work is done.
      if (state === 'ending') return;
      state = 'ending';
      work()
        .catch((error) => console.error(error))
        .finally(() => {
          state = 'done';
          app.quit();
        });
    });
  }

  quit(): void {
    app.quit();
  }

  servePages(answer: (request: PageRequest) => Promise<PageAnswer>): void {
    protocol.handle(PAGE_SCHEME, async (request) => {
      const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
      const {
        status,
        headers,
        body: bytes,
      } = await answer({
        method: request.method,
        url: request.url,
        headers: Object.fromEntries(request.headers),
        ...(body !== undefined && { body }),
      });
      const isEmpty = request.method === 'HEAD' || [204, 205, 304].includes(status);
      return new Response(isEmpty ? null : (bytes as Uint8Array<ArrayBuffer>), { status, headers });
    });
  }

  async fetch({ method, url, headers, body, timeoutMs, maxBytes }: OutgoingRequest): Promise<PageAnswer> {
    const answer = await net.fetch(url, {
      method,
      headers: { ...headers },
      ...(body !== undefined && { body: Buffer.from(body) }),
      credentials: 'include',
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: await readWhole(answer.body, maxBytes),
    };
  }

  async cookiesFor(url: string): Promise<string> {
    const cookies = await session.defaultSession.cookies.get({ url });
    return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  rewriteHeaders(prefixes: () => readonly string[], rewrite: RewriteHeaders): void {
    session.defaultSession.webRequest.onBeforeSendHeaders(({ url, requestHeaders }, answer) => {
      if (!prefixes().some((prefix) => url.startsWith(prefix))) return answer({});
      const headers = Object.fromEntries(
        Object.entries(requestHeaders).map(([name, value]) => [name.toLowerCase(), String(value)]),
      );
      rewrite(url, headers).then(
        (changed) => answer({ requestHeaders: { ...changed } }),
        () => answer({ cancel: true }),
      );
    });
  }

  openWindow(options: WindowOptions): ShellWindow {
    const { bounds, title, isKiosk, isFullScreen } = options;
    const window = new BrowserWindow({
      ...bounds,
      title,
      kiosk: isKiosk,
      fullscreen: isFullScreen && !isKiosk,
      minWidth: 640,
      minHeight: 480,
      show: true,
      icon: join(this.folders.app, 'dist', 'desktop', 'icon.png'),
      backgroundColor: '#070A0E',
      autoHideMenuBar: true,
      webPreferences: {
        preload: join(this.folders.app, 'dist', 'desktop', 'preload.cjs'),
        additionalArguments: [`--yiping-version=${this.version}`],
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
        // A wall shows windows that nobody touches.
        backgroundThrottling: false,
      },
    });
    if (options.isMaximized) window.maximize();
    return this.wrapWindow(window);
  }

  protected wrapWindow(window: BrowserWindow): ElectronWindow {
    return new ElectronWindow(window);
  }

  onCall(answer: (call: BridgeCall) => Promise<unknown>): void {
    ipcMain.handle('yiping:call', (event, name: unknown, ...args: unknown[]) =>
      answer({ ...this.callerOf(event), name: String(name), args }),
    );
  }

  protected callerOf({
    sender,
    senderFrame,
  }: IpcMainInvokeEvent): Pick<BridgeCall, 'window' | 'frameUrl' | 'isMainFrame'> {
    return {
      window: BrowserWindow.fromWebContents(sender)?.id,
      frameUrl: senderFrame?.url ?? '',
      isMainFrame: senderFrame !== null && senderFrame === sender.mainFrame,
    };
  }

  displays(): readonly Display[] {
    const primary = screen.getPrimaryDisplay().id;
    return screen
      .getAllDisplays()
      .map(({ id, bounds, workArea }) => ({ id, bounds, workArea, isPrimary: id === primary }));
  }

  onDisplaysChanged(listener: () => void): void {
    screen.on('display-added', listener);
    screen.on('display-removed', listener);
    screen.on('display-metrics-changed', listener);
  }

  onGpuGone(listener: () => void): void {
    app.on('child-process-gone', (_event, { type }) => {
      if (type === 'GPU') listener();
    });
  }

  setMenu(menu: readonly MenuEntry[]): void {
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(menu)));
  }

  keepDisplayOn(): () => void {
    const id = powerSaveBlocker.start('prevent-display-sleep');
    return () => powerSaveBlocker.stop(id);
  }

  async openFolder(path: string): Promise<void> {
    const problem = await shell.openPath(path);
    if (problem !== '') throw new Error(`${path} cannot be opened: ${problem}`);
  }

  checkForUpdates(feed: string, report: (line: string) => void): boolean {
    if (process.platform === 'linux') return false;
    autoUpdater.on('error', (error) => report(`Update from ${feed} failed: ${error.message}`));
    autoUpdater.on('update-downloaded', () => report('An update was downloaded; it is installed with the next start.'));
    autoUpdater.setFeedURL({ url: feed });
    autoUpdater.checkForUpdates();
    return true;
  }

  startService({ args, env }: ServiceOptions): ServiceProcess {
    const script = join(this.folders.app, 'dist', 'desktop', 'service', 'main.mjs');
    const child = utilityProcess.fork(script, [...args], {
      env: { ...process.env, ...env },
      execArgv: [`--max-semi-space-size=${YOUNG_MIB}`],
      serviceName: 'Yiping ingest',
      stdio: 'pipe',
    });
    const output = new ChildOutput(child, systemClock);
    return {
      get pid() {
        return child.pid;
      },
      onLine: (listener) => output.onLine(listener),
      onMessage: (listener) => child.on('message', listener),
      onExit: (listener) => output.onExit(listener),
      send: (message) => child.postMessage(message),
      kill: () => child.kill(),
    };
  }
}
