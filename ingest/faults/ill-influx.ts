import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * How a database can be ill: it does not know the token any more; it fails; its disk is full, and it still answers
 * questions; it does what it is asked and half of its answer comes.
 */
export type Illness = '401' | '500' | 'full-disk' | 'half-answers';

interface Refusal {
  readonly status: number;
  readonly body: string;
  /** Which requests meet with it. */
  meets(path: string): boolean;
}

const REFUSALS: Record<Exclude<Illness, 'half-answers'>, Refusal> = {
  401: {
    status: 401,
    body: '{"code":"unauthorized","message":"unauthorized access"}',
    // It still says who it is.
    meets: (path) => path !== '/ping',
  },
  500: {
    status: 500,
    body: '{"code":"internal error","message":"engine: too many open files"}',
    meets: () => true,
  },
  'full-disk': {
    status: 500,
    body: '{"code":"internal error","message":"engine: no space left on device"}',
    meets: (path) => /\/write\?/.test(path),
  },
};

/** Stands between the ingest and an InfluxDB, lets everything through, and is ill when told to be. */
export class IllInflux {
  readonly #server = createServer((asked, answer) => void this.#answer(asked, answer));
  #target: string;
  #illness: Illness | undefined;

  /** @param target The URL of the server behind it. */
  constructor(target: string) {
    this.#target = target;
  }

  async start(): Promise<void> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on another server answers at this address. */
  leadTo(target: string): void {
    this.#target = target;
    this.#server.closeAllConnections();
  }

  fallIll(illness: Illness): void {
    this.#illness = illness;
  }

  recover(): void {
    this.#illness = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  async #answer(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    try {
      const illness = this.#illness;
      const body = await buffer(asked);
      const refusal = illness === undefined || illness === 'half-answers' ? undefined : REFUSALS[illness];
      if (refusal?.meets(asked.url ?? '/') === true) {
        answer.writeHead(refusal.status, { 'content-type': 'application/json' }).end(refusal.body);
        return;
      }
      const real = await this.#forward(asked, body);
      const whole = await buffer(real);
      const { 'transfer-encoding': _, 'content-length': __, ...headers } = real.headers;
      if (illness !== 'half-answers') {
        answer.writeHead(real.statusCode ?? 502, headers).end(whole);
        return;
      }
      const status = real.statusCode === 204 ? 200 : (real.statusCode ?? 502);
      answer.writeHead(status, { ...headers, 'content-length': whole.length + 2 });
      answer.write(whole.subarray(0, whole.length >> 1));
      answer.flushHeaders();
      setImmediate(() => answer.destroy());
    } catch {
      answer.destroy();
    }
  }

  #forward(asked: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    const { host: _, ...headers } = asked.headers;
    const url = new URL(asked.url ?? '/', this.#target);
    return new Promise((resolve, reject) => {
      request(url, { method: asked.method, headers, agent: false }, resolve).on('error', reject).end(body);
    });
  }
}
