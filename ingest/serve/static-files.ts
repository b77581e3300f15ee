import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from './app.ts';
import type { CityFiles } from './city-routes.ts';
import type { HttpOptions } from './parts.ts';
import { notFound, Problem } from './problem.ts';

const FOR_EVER = 'max-age=31536000, immutable';
/** Paths under which a missing name is an error and not a page of the viewer. */
const NOT_PAGES = /^\/(api|tiles|live|metrics|healthz|readyz|assets|cesium)(\/|$|\?)/;

/** The viewer. What the build named by its content may be kept for ever, the rest is asked for again. */
export async function viewerFiles(app: App, { viewerDir }: HttpOptions): Promise<void> {
  await app.register(fastifyStatic, {
    root: viewerDir,
    prefix: '/',
    schemaHide: true,
    suppressWarning: true,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const named = path.startsWith(join(viewerDir, 'assets'));
      reply.header('cache-control', named ? `public, ${FOR_EVER}` : 'no-cache');
    },
  });
}

/** Names that nobody serves: a page of the viewer where a browser asks for one, else a 404 that says so. */
export function answerUnknownPaths(app: App, { viewerDir }: HttpOptions): void {
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const wantsPage =
      (request.method === 'GET' || request.method === 'HEAD') && request.headers.accept?.includes('text/html');
    if (!wantsPage || NOT_PAGES.test(request.url)) {
      throw notFound('resource', request.url.slice(0, 200), 'GET /api/openapi.json lists what there is.');
    }
    if (!existsSync(join(viewerDir, 'index.html'))) {
      const message = 'The viewer is not built. Run "npm start", which builds it, or "npm run build".';
      throw new Problem(503, { error: 'viewer-missing', message });
    }
    return reply.header('cache-control', 'no-cache').sendFile('index.html', viewerDir);
  });
}

/** `/tiles/{city}/…`. With the version that `/api/v1/city` gives, a file may be kept for ever. */
export async function tileFiles(app: App, options: HttpOptions, files: CityFiles): Promise<void> {
  const audience = options.accessToken === undefined ? 'public' : 'private';
  app.addHook('onRequest', async (request, reply) => {
    const version = new URL(request.url, 'http://localhost').searchParams.get('v');
    const current = version !== null && files.hasTiles() && version === (await files.version());
    // Meshes are packed by meshopt already. The header is the one by which @fastify/compress is told to pass.
    if (/\.glb(\?|$)/.test(request.url)) request.headers['x-no-compression'] = '1';
    reply.header('cache-control', current ? `${audience}, ${FOR_EVER}` : 'no-cache');
  });
  await app.register(fastifyStatic, {
    root: options.tilesDir,
    prefix: '/tiles/',
    decorateReply: false,
    schemaHide: true,
    suppressWarning: true,
    preCompressed: true,
    cacheControl: false,
    index: false,
  });
}
