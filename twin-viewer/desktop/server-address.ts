/** What the service listens on where nobody said otherwise: the port of an address that names neither port nor scheme. */
const DEFAULT_PORT = 8080;

/** What can be wrong with a typed address. */
export const ADDRESS_FAULTS = ['empty', 'space', 'scheme', 'credentials', 'ipv6', 'port', 'host'] as const;
export type AddressFault = (typeof ADDRESS_FAULTS)[number];

export type TypedAddress =
  /** `origin`: scheme, host and port, e.g. `http://192.168.1.20:8080`. */
  { readonly kind: 'good'; readonly origin: string } | { readonly kind: 'bad'; readonly fault: AddressFault };

/** Reads a server's address as people type it: a host, host:port, or an http(s) URL, of which the path is nothing. */
export function readServerAddress(typed: string): TypedAddress {
  // A Chinese keyboard gives full-width colons, dots and digits.
  const text = typed.normalize('NFKC').replaceAll('。', '.').trim();
  if (text === '') return bad('empty');
  if (/\s/.test(text)) return bad('space');
  const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') return bad('scheme');
  const [authority = ''] = (scheme === undefined ? text : text.slice(scheme.length + 3)).split(/[/?#]/);
  if (authority.includes('@')) return bad('credentials');
  const { host, port } = hostAndPort(authority);
  if (host.includes(':') && !/^\[.*\]$/.test(host)) return bad('ipv6');
  if (port !== undefined && !isPort(port)) return bad('port');
  // The parser would read 192.168.1 as 192.168.0.1, and 8080 as 0.0.31.144.
  if (host === '' || (/^[\d.]+$/.test(host) && host.split('.').length !== 4)) return bad('host');
  const isBare = scheme === undefined && port === undefined;
  try {
    const { origin } = new URL(`${scheme ?? 'http'}://${authority}${isBare ? `:${DEFAULT_PORT}` : ''}`);
    return { kind: 'good', origin };
  } catch {
    return bad('host');
  }
}

/** An address as people say it: without the scheme that goes without saying. */
export function spokenAddress(address: string): string {
  return address.replace(/^http:\/\//, '').replace(/\/$/, '');
}

function hostAndPort(authority: string): { readonly host: string; readonly port: string | undefined } {
  const bracket = authority.indexOf(']');
  const colon = authority.indexOf(':', bracket + 1);
  const isSecond = bracket < 0 && colon !== authority.lastIndexOf(':');
  if (colon < 0 || isSecond) return { host: authority, port: undefined };
  return { host: authority.slice(0, colon), port: authority.slice(colon + 1) };
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

function bad(fault: AddressFault): TypedAddress {
  return { kind: 'bad', fault };
}
