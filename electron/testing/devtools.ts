import { until } from './until.ts';

/** One page or worker that the Chrome DevTools Protocol knows, as `/json/list` tells it. */
export interface DevtoolsTarget {
  readonly id: string;
  readonly type: string;
  readonly title: string;
  readonly url: string;
  readonly webSocketDebuggerUrl: string;
}

/** What is there now. `port`: where Electron says "DevTools listening on". */
export async function devtoolsTargets(port: number): Promise<DevtoolsTarget[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
  return (await answer.json()) as DevtoolsTarget[];
}

/** The first page whose address fits, as soon as its document is there. */
export async function openPage(port: number, isWanted: (url: string) => boolean): Promise<Devtools> {
  return await until(`a page of that address on port ${port}`, async () => {
    const targets = await devtoolsTargets(port);
    const target = targets.find((candidate) => candidate.type === 'page' && isWanted(candidate.url));
    if (target === undefined) return undefined;
    const page = await Devtools.connect(target.webSocketDebuggerUrl);
    // A target has its next address before it has the document.
    const url = await page.evaluate<string>(`document.readyState === 'loading' ? '' : location.href`).catch(() => '');
    if (isWanted(url)) return page;
    page.close();
    return undefined;
  });
}

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

interface EvaluateResult {
  readonly result: { readonly value?: unknown };
  readonly exceptionDetails?: {
    readonly text: string;
    readonly exception?: { readonly description?: string; readonly value?: unknown };
  };
}

/** Longer than a page takes on software GL; a page that hangs fails the test and not the machine. */
const ANSWER_TIMEOUT_MS = 120_000;

/**
 * A wire to one page, or to the main process, by the Chrome DevTools Protocol: small, and spoken by Chromium 83 as well
 * as by those of today (https://chromedevtools.github.io/devtools-protocol/1-3/).
 */
export class Devtools {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, { resolve(result: Record<string, unknown>): void; reject(error: Error): void }>();
  readonly #listeners = new Set<(method: string, params: Record<string, unknown>) => void>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', (event) => this.#take(JSON.parse(String(event.data)) as Answer));
    socket.addEventListener('close', () => this.#fail());
  }

  static async connect(url: string): Promise<Devtools> {
    const socket = new WebSocket(url);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve(), { once: true });
      socket.addEventListener('error', () => reject(new Error(`nobody answers at ${url}`)), { once: true });
    });
    return new Devtools(socket);
  }

  /** The value of an expression, awaited where it is a promise, as JSON carries it. @throws what the expression throws. */
  async evaluate<T>(expression: string): Promise<T> {
    const answer = (await this.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true,
      // Gives the main process its `require`.
      includeCommandLineAPI: true,
    })) as unknown as EvaluateResult;
    if (answer.exceptionDetails !== undefined) {
      const { exception, text } = answer.exceptionDetails;
      throw new Error(exception?.description ?? `${text} ${JSON.stringify(exception?.value)}`);
    }
    return answer.result.value as T;
  }

  /** What the page shows, as a PNG. */
  async screenshot(): Promise<Buffer> {
    const { data } = await this.send('Page.captureScreenshot', { format: 'png' });
    return Buffer.from(String(data), 'base64');
  }

  /** What the page writes to its console and what it throws, from now on, one line each. */
  async onConsole(listener: (line: string) => void): Promise<void> {
    this.onEvent((method, params) => {
      const line = consoleLine(method, params);
      if (line !== undefined) listener(line);
    });
    await this.send('Runtime.enable', {});
    await this.send('Log.enable', {});
  }

  onEvent(listener: (method: string, params: Record<string, unknown>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  send(method: string, params: Record<string, unknown>): Promise<Record<string, unknown>> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error(`no answer to ${method} in ${ANSWER_TIMEOUT_MS / 1000} s`));
      }, ANSWER_TIMEOUT_MS);
      const done = () => clearTimeout(timer);
      this.#waiting.set(id, {
        resolve: (result) => {
          done();
          resolve(result);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      });
      if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ id, method, params }));
      else this.#fail();
    });
  }

  close(): void {
    this.#socket.close();
  }

  #take(answer: Answer): void {
    if (answer.id === undefined) {
      for (const listener of this.#listeners) listener(answer.method ?? '', answer.params ?? {});
      return;
    }
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.error === undefined) waiting?.resolve(answer.result ?? {});
    else waiting?.reject(new Error(answer.error.message));
  }

  #fail(): void {
    for (const { reject } of this.#waiting.values()) reject(new Error('the page is gone'));
    this.#waiting.clear();
  }
}

interface RemoteObject {
  readonly value?: unknown;
  readonly description?: string;
}

function consoleLine(method: string, params: Record<string, unknown>): string | undefined {
  if (method === 'Runtime.consoleAPICalled') {
    const args = (params.args as readonly RemoteObject[]).map((arg) => arg.value ?? arg.description);
    return `${params.type}: ${args.join(' ')}`;
  }
  if (method === 'Runtime.exceptionThrown') {
    const { text, exception } = params.exceptionDetails as { text: string; exception?: RemoteObject };
    return `uncaught: ${exception?.description ?? text}`;
  }
  if (method === 'Log.entryAdded') {
    const { level, text, url } = params.entry as { level: string; text: string; url?: string };
    return `${level}: ${text} ${url ?? ''}`;
  }
  return undefined;
}
