import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { app, BrowserWindow, type IpcMainInvokeEvent, net, protocol, session } from 'electron';
import { PAGE_SCHEME } from '../page/page-address.ts';
import { ElectronShell } from '../shell/electron-shell.ts';
import { ElectronWindow } from '../shell/electron-window.ts';
import { lines } from '../shell/lines.ts';
import type {
  BridgeCall,
  OutgoingRequest,
  PageAnswer,
  PageRequest,
  ServiceOptions,
  ServiceProcess,
} from '../shell/shell.ts';

/**
 * Electron 9.4.1, the only real one that tests find on a machine without Electron's own downloads: what it lacks of
 * Electron 44 and what it calls otherwise, and nothing else. Its Node is 12: the service runs under the Node of the tests.
 */
export class Electron9Shell extends ElectronShell {
  protected override wrapWindow(window: BrowserWindow): ElectronWindow {
    return new Electron9Window(window);
  }

  /** `protocol.handle` came with 25. */
  override servePages(answer: (request: PageRequest) => Promise<PageAnswer>): void {
    old(protocol).registerBufferProtocol(PAGE_SCHEME, (request: OldRequest, done: (answer: object) => void) => {
      const body = request.uploadData?.[0]?.bytes;
      const { url, method, headers } = request;
      answer({ url, method, headers: headers ?? {}, ...(body !== undefined && { body }) }).then(
        ({ status, headers, body }) => {
          const mimeType = (headers['content-type'] ?? '').split(';', 1)[0];
          done({ statusCode: status, headers, mimeType, data: Buffer.from(body) });
        },
        () => done({ error: -2 }),
      );
    });
  }

  /** `net.fetch` came with 25. */
  override fetch({ method, url, headers, body, timeoutMs }: OutgoingRequest): Promise<PageAnswer> {
    return new Promise((resolve, reject) => {
      const request = net.request({ method, url, session: session.defaultSession, useSessionCookies: true });
      for (const [name, value] of Object.entries(headers)) request.setHeader(name, value);
      const timer = setTimeout(() => {
        request.abort();
        reject(new Error(`no answer in ${timeoutMs} ms`));
      }, timeoutMs);
      request.on('response', (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part) => parts.push(part));
        response.on('end', () => {
          clearTimeout(timer);
          const flat = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
          resolve({ status: response.statusCode, headers: Object.fromEntries(flat), body: Buffer.concat(parts) });
        });
      });
      request.on('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      if (body !== undefined) request.write(Buffer.from(body));
      request.end();
    });
  }

  /** `senderFrame` came with 14. A frame's id is that of its page only for the main frame. */
  protected override callerOf(event: IpcMainInvokeEvent): Pick<BridgeCall, 'window' | 'frameUrl' | 'isMainFrame'> {
    const { sender } = event;
    return {
      window: BrowserWindow.fromWebContents(sender)?.id,
      frameUrl: sender.getURL(),
      isMainFrame: event.frameId === old(sender).mainFrameId || old(sender).mainFrameId === undefined,
    };
  }

  /** `child-process-gone` came with 11. */
  override onGpuGone(listener: () => void): void {
    old(app).on('gpu-process-crashed', listener);
  }

  /** `utilityProcess` came with 22. */
  override startService({ args, env }: ServiceOptions): ServiceProcess {
    const root = process.env.YIPING_TEST_ROOT as string;
    const node = process.env.YIPING_TEST_NODE as string;
    const child: ChildProcess = spawn(node, [join(root, 'ingest', 'main.ts'), ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    return {
      get pid() {
        return child.pid;
      },
      onLine(listener) {
        lines(child.stdout, listener);
        lines(child.stderr, listener);
      },
      onMessage: (listener) => child.on('message', listener),
      onExit: (listener) => child.once('exit', (code) => listener(code ?? undefined)),
      send: (message) => {
        if (child.connected) child.send(message as object);
      },
      kill: () => child.kill('SIGKILL'),
    };
  }
}

class Electron9Window extends ElectronWindow {
  /** `setWindowOpenHandler` came with 12. */
  protected override denyWindows(): void {
    old(this.window.webContents).on('new-window', (event: { preventDefault(): void }, url: string) => {
      event.preventDefault();
      this.emit('refused', `new window for ${url}`);
    });
  }
}

interface OldRequest {
  readonly url: string;
  readonly method: string;
  readonly headers?: Record<string, string>;
  readonly uploadData?: readonly { readonly bytes: Buffer }[];
}

/** What the types of Electron 44 no longer know. */
// biome-ignore lint/suspicious/noExplicitAny: there are no types of Electron 9 here
function old(part: object): any {
  return part;
}
