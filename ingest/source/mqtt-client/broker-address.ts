/** Where an external broker is reached. */
export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  /** `mqtt://host:port` or `mqtts://host:port`: how engineers read of it. */
  readonly url: string;
}

/** Ports where the URL names none; IANA: mqtt, secure-mqtt. */
const DEFAULT_PORTS = { 'mqtt:': 1883, 'mqtts:': 8883 } as const;

/**
 * `mqtt://HOST[:PORT]` or `mqtts://HOST[:PORT]`; undefined for anything else, also for a URL with a user or a password
 * in it, because URLs are shown.
 */
export function parseBrokerUrl(text: string): BrokerAddress | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(text);
  if (protocol !== 'mqtt:' && protocol !== 'mqtts:') return undefined;
  if (hostname === '' || username !== '' || password !== '' || search !== '' || hash !== '') return undefined;
  if (pathname !== '' && pathname !== '/') return undefined;
  const number = port === '' ? DEFAULT_PORTS[protocol] : Number(port);
  if (number === 0) return undefined;
  // An IPv6 address stands in brackets in a URL and without them everywhere else.
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return { host, port: number, isTls: protocol === 'mqtts:', url: `${protocol}//${hostname}:${number}` };
}
