import { promises as fs } from 'node:fs';
import { extname, join, normalize, sep } from 'node:path';
import type { PageAnswer, PageRequest, Shell } from '../shell/shell.ts';
import { contentSecurityPolicy } from './content-security-policy.ts';
import { isPageUrl } from './page-address.ts';

/** What the page asks the city's server for; everything else is a file of the viewer. */
const OF_THE_SERVER = ['/api/', '/tiles/', '/healthz'];
/** Orders of the page are small. */
const MAX_BODY_BYTES = 1024 * 1024;
/** Long questions to history are answered within this. */
const FORWARD_MS = 60_000;
/** Larger than any tile, and than any history that a screen shows. */
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;
/** Request headers that the server is told; and as Origin its own address, as the page stands for it. */
const FORWARDED = ['accept', 'accept-language', 'content-type', 'if-none-match', 'if-modified-since', 'range'];
/** Answer headers that belong to the connection, or to the server's own pages. */
const NOT_FORWARDED = [
  'content-encoding',
  'content-length',
  'connection',
  'transfer-encoding',
  'keep-alive',
  'set-cookie',
  'refresh',
  'clear-site-data',
];
/** What a server says is data. Were it opened as a page it would be one of ours, with the bridge; so it is nobody's. */
const ONLY_DATA = { 'content-security-policy': "default-src 'none'; sandbox", 'x-content-type-options': 'nosniff' };

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

export interface PageServerParts {
  readonly shell: Pick<Shell, 'fetch'>;
  /** The built viewer. */
  readonly folder: string;
  /** The chosen server, `http://host:port`; undefined while there is none. */
  readonly server: () => string | undefined;
}

/** Answers the requests of the application's own pages: the viewer's files, and in the server's name what the city knows. */
export class PageServer {
  readonly #parts: PageServerParts;

  constructor(parts: PageServerParts) {
    this.#parts = parts;
  }

  async answer(request: PageRequest): Promise<PageAnswer> {
    if (!isPageUrl(request.url)) return problem(404, 'There is no such page.');
    const { pathname, search } = new URL(request.url);
    if (OF_THE_SERVER.some((path) => pathname.startsWith(path))) return this.#forward(request, pathname + search);
    if (request.method !== 'GET' && request.method !== 'HEAD') return problem(405, 'Files are only read.');
    const answer = await this.#file(pathname);
    return request.method === 'HEAD' ? { ...answer, body: new Uint8Array() } : answer;
  }

  async #forward({ method, headers, body }: PageRequest, path: string): Promise<PageAnswer> {
    const server = this.#parts.server();
    if (server === undefined) return problem(503, 'No server is chosen.');
    if (body !== undefined && body.length > MAX_BODY_BYTES) return problem(413, 'The request is too large.');
    const forwarded = { ...pick(headers, (name) => FORWARDED.includes(name)), origin: server };
    try {
      const limits = { timeoutMs: FORWARD_MS, maxBytes: MAX_ANSWER_BYTES };
      const request = { method, url: server + path, headers: forwarded, ...limits };
      const answer = await this.#parts.shell.fetch({ ...request, ...(body !== undefined && { body }) });
      const kept = pick(answer.headers, (name) => !NOT_FORWARDED.includes(name));
      return { ...answer, headers: { ...kept, ...ONLY_DATA } };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return problem(502, `${server} does not answer (${why}).`);
    }
  }

  async #file(pathname: string): Promise<PageAnswer> {
    const path = fileOf(this.#parts.folder, pathname);
    if (path === undefined) return problem(404, `There is no file ${pathname}.`);
    let body: Uint8Array;
    try {
      body = await fs.readFile(path);
    } catch {
      return problem(404, `There is no file ${pathname}.`);
    }
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    return { status: 200, headers: { ...this.#headers(), 'content-type': type }, body };
  }

  #headers(): Record<string, string> {
    return {
      'content-security-policy': contentSecurityPolicy(this.#parts.server()),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': 'camera=(), microphone=(), geolocation=()',
      'cache-control': 'no-cache',
    };
  }
}

/** undefined for what would lie outside of `folder`, or is no path. */
function fileOf(folder: string, pathname: string): string | undefined {
  let name: string;
  try {
    name = decodeURIComponent(pathname === '/' ? '/index.html' : pathname);
  } catch {
    return undefined;
  }
  const path = normalize(join(folder, name));
  return path.startsWith(folder + sep) && !name.includes('\0') ? path : undefined;
}

/** As the API of the service says what is wrong. */
function problem(status: number, message: string): PageAnswer {
  const body = Buffer.from(JSON.stringify({ error: 'desktop', message }));
  return { status, headers: { 'content-type': 'application/json' }, body };
}

/** By lower-case name. */
function pick(headers: Readonly<Record<string, string>>, isWanted: (name: string) => boolean): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (isWanted(name.toLowerCase())) picked[name.toLowerCase()] = value;
  }
  return picked;
}
