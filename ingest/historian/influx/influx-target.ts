/** Which InfluxDB, and where in it. */
export interface InfluxTarget {
  /** `http://host:8086`; a path in it is kept, for servers behind a proxy. */
  readonly url: string;
  /** 2.x and 3.x: the organisation's name. 1.x has none. */
  readonly org: string;
  /** 2.x and 3.x: the bucket. 1.x: the database. */
  readonly bucket: string;
  /** 2.x and 3.x: an API token that may read and write the bucket. 1.x: `user:password`. Absent: no login. */
  readonly token?: string;
}

/** An address of the API: `path` under the target's URL. */
export function apiUrl(target: InfluxTarget, path: string, query: Readonly<Record<string, string>>): URL {
  const url = new URL(path, target.url.endsWith('/') ? target.url : `${target.url}/`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

/** The server's address as it may be shown: without what might be a password. */
export function shownUrl(target: InfluxTarget): string {
  const url = new URL(target.url);
  return `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}`;
}

/** Whether the server is on this machine, where compressing costs more than it saves. */
export function isNear(target: InfluxTarget): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(new URL(target.url).hostname);
}

/** How a kind of InfluxDB is spoken to. All answer InfluxQL at `/query`. */
export interface InfluxDialect {
  /** As the server gives it, `2.7.12`. */
  readonly version: string;
  /** 1.x: databases instead of buckets, no organisations, users instead of tokens. */
  readonly isOne: boolean;
  /** `/api/v2/write` came with 1.8. */
  readonly hasApi2: boolean;
}

/** What a version means. One without a number (InfluxDB Cloud gives `Cloud`) is a new one. */
export function dialectOf(version: string): InfluxDialect {
  const match = /^v?(\d{1,4})\.(\d{1,4})/.exec(version);
  const [major, minor] = match === null ? [2, 0] : [Number(match[1]), Number(match[2])];
  return { version, isOne: major < 2, hasApi2: major > 1 || (major === 1 && minor >= 8) };
}

/** 1.x has known Basic from its beginning, `Token` only since 1.8. */
export function authorization(target: InfluxTarget, dialect: InfluxDialect | undefined): Record<string, string> {
  if (target.token === undefined) return {};
  if (dialect?.isOne !== true) return { authorization: `Token ${target.token}` };
  return { authorization: `Basic ${Buffer.from(target.token, 'utf8').toString('base64')}` };
}
