import type { DesktopServer } from './desktop-bridge.ts';

/** The link to the screen at `href` that opens for others: in the desktop application, the server's own page. */
export function linkFor(href: string, server: DesktopServer | undefined): string {
  if (server === undefined) return href;
  const link = new URL('.', server.liveUrl.replace(/^ws/, 'http'));
  link.hash = new URL(href).hash;
  return link.href;
}
