import { type ChildProcess, spawn } from 'node:child_process';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { app, BrowserWindow, type IpcMainInvokeEvent, protocol, session } from 'electron';
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
          // Chromium knows 'wasm-unsafe-eval' from 95 on.
          const csp = headers['content-security-policy']?.replace("'wasm-unsafe-eval'", "'unsafe-eval'");
          const known = { ...headers, ...(csp !== undefined && { 'content-security-policy': csp }) };
          done({ statusCode: status, headers: known, mimeType, data: Buffer.from(body) });
        },
        () => done({ error: -2 }),
      );
    });
  }

  /** `net.fetch` came with 25, and `net.request` of 9 is refused answers for their own origin only, even by their origin. */
  override async fetch({ method, url, headers, body, timeoutMs, maxBytes }: OutgoingRequest): Promise<PageAnswer> {
    const cookie = await this.cookiesFor(url);
    const asked = { method, headers: { ...headers, ...(cookie !== '' && { cookie }) }, timeout: timeoutMs };
    const answer = await new Promise<PageAnswer>((resolve, reject) => {
      const request = httpRequest(url, asked, (response) => {
        const parts: Buffer[] = [];
        let bytes = 0;
        if ([301, 302, 303, 307, 308].includes(response.statusCode ?? 0))
          request.destroy(new Error('it leads elsewhere'));
        response.on('data', (part: Buffer) => {
          parts.push(part);
          bytes += part.length;
          if (bytes > maxBytes) request.destroy(new Error(`the answer is larger than ${maxBytes} bytes`));
        });
        response.on('end', () => {
          const flat = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
          resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(flat), body: Buffer.concat(parts) });
        });
      });
      request.on('timeout', () => request.destroy(new Error(`no answer in ${timeoutMs} ms`)));
      request.on('error', reject);
      request.end(body === undefined ? undefined : Buffer.from(body));
    });
    await this.#keepCookie(url, answer.headers['set-cookie']);
    return answer;
  }

  async #keepCookie(url: string, header: string | undefined): Promise<void> {
    const [, name, value] = /^([^=;]+)=([^;]*)/.exec(header ?? '') ?? [];
    if (name !== undefined && value !== undefined) {
      await session.defaultSession.cookies.set({ url, name, value, httpOnly: true, path: '/' });
    }
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
      onExit: (listener) => child.once('close', (code) => listener(code ?? undefined)),
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
