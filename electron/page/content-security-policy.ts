import { liveOrigin } from '../service/server-address.ts';

/**
 * What a page of the application may do: its own files, and the live socket of the chosen server. As the ingest service
 * says it of the viewer in a browser; Cesium needs WebAssembly, workers from blobs, and data and blob URLs.
 */
export function contentSecurityPolicy(server: string | undefined): string {
  return [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self' blob:",
    `connect-src 'self' data: blob:${server === undefined ? '' : ` ${liveOrigin(server)}`}`,
    "img-src 'self' data: blob:",
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self' data:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'none'",
    "frame-src 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
