import type { FastifyRequest } from 'fastify';
import { Problem } from '../problem.ts';

/**
 * Against DNS rebinding: a page of a foreign name that resolves to this machine sends that name as Host. Where no token
 * protects the service only loopback names and those configured are answered.
 *
 * @throws {Problem} 421
 */
export function checkHost(request: FastifyRequest, allowedHosts: readonly string[]): void {
  const host = request.headers.host ?? request.headers[':authority'];
  if (typeof host === 'string' && (isLoopbackHost(hostname(host)) || isAllowed(host, allowedHosts))) return;
  const message =
    `The host ${JSON.stringify(host ?? '')} is not a name of this service. Without an access token only localhost ` +
    'and the names in the setting allowed-hosts are answered: add the name there, or set access-token-file.';
  throw new Problem(421, { error: 'unknown-host', message });
}

/**
 * Against pages of others that open the WebSocket or give orders: browsers send the page's Origin, and it must be this very service or
 * a configured name. Programs that are not browsers send none.
 *
 * @throws {Problem} 403
 */
export function checkOrigin(request: FastifyRequest, allowedHosts: readonly string[]): void {
  const { origin, host } = request.headers;
  if (origin === undefined) return;
  const originHost = URL.canParse(origin) ? new URL(origin).host : '';
  if (originHost !== '' && (originHost === host?.toLowerCase() || isAllowed(originHost, allowedHosts))) return;
  const message =
    `A page of ${JSON.stringify(origin)} may not do this. Open the viewer from this service, ` +
    'or add the name to the setting allowed-hosts.';
  throw new Problem(403, { error: 'foreign-origin', message });
}

/** Whether `name` (no port) can only mean this machine. RFC 6761 §6.3 keeps `localhost` for it. */
export function isLoopbackHost(name: string): boolean {
  const lower = name.toLowerCase();
  return (
    lower === 'localhost' ||
    lower.endsWith('.localhost') ||
    lower === '[::1]' ||
    lower === '::1' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(lower)
  );
}

/** An entry with a port means that port, one without means any. */
function isAllowed(host: string, allowedHosts: readonly string[]): boolean {
  const lower = host.toLowerCase();
  return allowedHosts.some((allowed) => allowed.toLowerCase() === lower || allowed.toLowerCase() === hostname(lower));
}

function hostname(host: string): string {
  return host.replace(/:\d+$/, '');
}
