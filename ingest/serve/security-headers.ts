import type { FastifyReply, FastifyRequest } from 'fastify';

/** A host with a port as it may stand in a policy; anything else is left out of it. */
const HOST = /^[a-z0-9.[\]:-]{1,255}$/i;

/**
 * What a page of ours may do: nothing outside this service. Cesium needs WebAssembly, workers from blobs, and data and
 * blob URLs for what it unpacks from tiles. `ws:` of the same host is named because older browsers do not count it
 * as 'self'.
 *
 * @param scripts Further script sources, e.g. hashes of inline scripts.
 */
export function contentSecurityPolicy(host: string | undefined, scripts: readonly string[] = []): string {
  const sockets = host !== undefined && HOST.test(host) ? ` ws://${host} wss://${host}` : '';
  return [
    "default-src 'self'",
    `script-src ${["'self'", "'wasm-unsafe-eval'", ...scripts].join(' ')}`,
    "worker-src 'self' blob:",
    `connect-src 'self' data: blob:${sockets}`,
    "img-src 'self' data: blob:",
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self' data:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'self'",
  ].join('; ');
}

/** On every answer. */
export function addSecurityHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({
    'content-security-policy': contentSecurityPolicy(request.headers.host),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  });
}
