import { createHash } from 'node:crypto';
import swagger from '@fastify/swagger';
import apiReference from '@scalar/fastify-api-reference';
import type { App } from './app.ts';
import { contentSecurityPolicy } from './security-headers.ts';

const PAGE = '/api/docs';

/** Describes every route that is registered after it. */
export async function describeApi(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Yiping 一屏',
        description:
          'The city, its sensors, and what they observed. Instants in questions are RFC 3339 or epoch milliseconds. ' +
          'Live values come over the WebSocket `/live` (sub-protocol `yiping.live.1`, see devices/wire).',
        version: '1',
      },
      tags: ['catalog', 'history', 'alarms', 'operations', 'access'].map((name) => ({ name })),
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    },
    transformObject: (document) =>
      'openapiObject' in document ? (asJsonSchema2020(document.openapiObject) as typeof document.openapiObject) : {},
  });
}

/** OpenAPI 3.1 speaks JSON Schema 2020-12, where a tuple's `items` of draft 7 are called `prefixItems`. */
function asJsonSchema2020(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asJsonSchema2020);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, asJsonSchema2020(inner)] as const);
  const { items, additionalItems, ...rest } = Object.fromEntries(entries);
  if (!Array.isArray(items)) return Object.fromEntries(entries);
  return { ...rest, prefixItems: items, items: additionalItems ?? true };
}

/**
 * `/api/openapi.json`, and the page `/api/docs` that shows it with nothing from outside: the script comes with us,
 * fonts are the system's, telemetry is off.
 */
export async function docsRoutes(app: App): Promise<void> {
  app.get('/api/openapi.json', { schema: { hide: true } }, () => app.swagger());
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.url.startsWith(PAGE) && typeof payload === 'string' && isPage(reply.getHeader('content-type'))) {
      reply.header('content-security-policy', contentSecurityPolicy(request.headers.host, hashesOfInline(payload)));
    }
    return payload;
  });
  await app.register(apiReference, {
    routePrefix: PAGE,
    configuration: {
      url: '/api/openapi.json',
      pageTitle: 'Yiping 一屏 API',
      withDefaultFonts: false,
      telemetry: false,
      hideClientButton: true,
      showDeveloperTools: 'never',
      mcp: { disabled: true },
      agent: { disabled: true },
      darkMode: true,
    },
  });
}

function isPage(contentType: unknown): boolean {
  return typeof contentType === 'string' && contentType.startsWith('text/html');
}

/** CSP sources for the page's own inline scripts: each by what it says, so no other may run. */
function hashesOfInline(html: string): string[] {
  return [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/gi)].map(
    ([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
}
