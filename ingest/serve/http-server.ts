import type { AddressInfo } from 'node:net';
import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import websocket from '@fastify/websocket';
import { LIVE_PROTOCOL } from '#devices/wire/frame.ts';
import { MAX_MESSAGE_BYTES } from '../live/viewer-message.ts';
import { AccessControl, unauthorized } from './access/access-control.ts';
import { checkHost } from './access/host-guard.ts';
import { sessionRoutes } from './access/session-routes.ts';
import { type App, createApp } from './app.ts';
import { CityFiles, cityRoutes } from './city-routes.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';
import { describeApi, docsRoutes } from './docs-routes.ts';
import { healthRoutes } from './health-routes.ts';
import { historyRoutes } from './history-routes.ts';
import { liveRoute } from './live-route.ts';
import { messagesRoute } from './messages-route.ts';
import { metricsRoute } from './metrics-route.ts';
import { observationsRoutes } from './observations-routes.ts';
import type { HttpOptions, HttpParts } from './parts.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { sourcesRoutes } from './sources-routes.ts';
import { stateRoutes } from './state-routes.ts';
import { answerUnknownPaths, tileFiles, viewerFiles } from './static-files.ts';
import { thingsRoutes } from './things-routes.ts';
import { timelineRoutes } from './timeline-routes.ts';

/** Questions to the historian that may run at once, and replay answers that may be on their way. */
const MAX_QUERIES = 32;
const MAX_REPLAYS = 16;
/** Tiles are packed already, frames are not worth the time. */
const COMPRESSIBLE = /^(text\/(html|css|javascript|plain)|application\/(json|javascript|wasm)|image\/svg\+xml)/;

/** The HTTP service: API, `/live`, viewer and tiles. Constructor does nothing; `start` listens. */
export class HttpServer {
  readonly #options: HttpOptions;
  readonly #parts: HttpParts;
  #app: App | undefined;

  constructor(options: HttpOptions, parts: HttpParts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** The port it listens on, once started. */
  get port(): number {
    const address = this.#app?.server.address() as AddressInfo | null | undefined;
    if (!address) throw new Error('the HTTP server has no port before it has started');
    return address.port;
  }

  /** @throws the error of `listen`, e.g. EADDRINUSE. */
  async start(): Promise<void> {
    this.#app = await buildHttpApp(this.#options, this.#parts);
    await this.#app.listen({ host: this.#options.host, port: this.#options.port });
  }

  async stop(): Promise<void> {
    await this.#app?.close();
  }
}

/** The app with all its routes, not listening. */
export async function buildHttpApp(options: HttpOptions, parts: HttpParts): Promise<App> {
  const app = createApp(parts.report);
  const access = new AccessControl(options.accessToken, parts.clock);
  const files = new CityFiles(options);
  await app.register(cookie);
  await app.register(compress, { customTypes: COMPRESSIBLE, threshold: 2048 });
  await app.register(websocket, {
    options: {
      maxPayload: MAX_MESSAGE_BYTES,
      handleProtocols: (offered) => (offered.has(LIVE_PROTOCOL) ? LIVE_PROTOCOL : false),
    },
  });
  // After the WebSocket plugin: it closes the socket of an upgrade that is refused only where its own hook ran before.
  app.addHook('onRequest', async (request, reply) => {
    addSecurityHeaders(request, reply);
    if (!access.tokenRequired) checkHost(request, options.allowedHosts);
  });
  await describeApi(app);
  healthRoutes(app, () => ({ ...parts.checks(), tiles: files.hasTiles() }));
  sessionRoutes(app, access);
  await viewerFiles(app, options);
  answerUnknownPaths(app, options);
  await app.register(async (guarded) => {
    guarded.addHook('onRequest', async (request) => {
      if (!access.admits(request)) throw unauthorized('This needs the access token.');
    });
    await guardedRoutes(guarded as App, options, parts, files);
  });
  await app.ready();
  return app;
}

/** Everything that a token, where there is one, protects. */
async function guardedRoutes(app: App, options: HttpOptions, parts: HttpParts, files: CityFiles): Promise<void> {
  const queries = new ConcurrencyLimit('The history', MAX_QUERIES);
  const replays = new ConcurrencyLimit('The replay', MAX_REPLAYS);
  const copies = new ConcurrencyLimit('Copying the history', 1);
  cityRoutes(app, files);
  thingsRoutes(app, parts);
  observationsRoutes(app, parts, queries);
  messagesRoute(app, parts, queries);
  stateRoutes(app, parts, { queries, replays });
  timelineRoutes(app, parts, queries);
  sourcesRoutes(app, parts);
  historyRoutes(app, parts, copies, options.allowedHosts);
  metricsRoute(app, parts, { queries, replays, copies });
  liveRoute(app, parts.live, options.allowedHosts);
  await app.register(async (docs) => docsRoutes(docs as App));
  await app.register(async (tiles) => tileFiles(tiles as App, options, files));
}
