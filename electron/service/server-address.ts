/** Names, IPv4 and IPv6. URLs allow more, `*` and `;` among it, which would mean something in a policy. */
const HOST = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])$/;

/**
 * What a person typed as the address of a server → `http://host:port`, without a path. `host` alone means http and
 * the port of the service, 8080. undefined where it is no address.
 */
export function serverAddress(typed: string): string | undefined {
  const text = typed.trim();
  const hasScheme = /^https?:\/\//i.test(text);
  if (text === '' || /\s/.test(text) || (!hasScheme && text.includes('://'))) return undefined;
  let url: URL;
  try {
    url = new URL(hasScheme ? text : `http://${text}`);
  } catch {
    return undefined;
  }
  if (!HOST.test(url.hostname) || url.username !== '' || url.password !== '') return undefined;
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return undefined;
  // The port of its scheme is left out by the URL, though it may have been typed.
  const hasPort = hasScheme || /:\d+\/?$/.test(text);
  return hasPort ? url.origin : `${url.origin}:8080`;
}

/** `ws://host:port` of `http://host:port`, and wss of https. */
export function liveOrigin(server: string): string {
  return server.replace(/^http/, 'ws');
}
