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
  if (url.hostname === '' || url.username !== '' || url.password !== '') return undefined;
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return undefined;
  const port = url.port === '' && !hasScheme ? ':8080' : url.port === '' ? '' : `:${url.port}`;
  return `${url.protocol}//${url.hostname}${port}`;
}

/** `ws://host:port` of `http://host:port`, and wss of https. */
export function liveOrigin(server: string): string {
  return server.replace(/^http/, 'ws');
}
