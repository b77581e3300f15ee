import {
  DEFAULT_RETENTION,
  formatRetention,
  parseRetention,
  RETENTION_GRAMMAR,
  type RetentionPolicy,
} from '../historian/retention-policy.ts';
import { MQTT_BROKER_SETTINGS } from './mqtt-broker-settings.ts';
import {
  HOST_ALLOWED,
  HOST_PATTERN,
  listSetting,
  optionalHost,
  optionalNumber,
  optionalText,
  pathSetting,
  portSetting,
  type Setting,
  sizeSetting,
  switchSetting,
  textSetting,
} from './setting.ts';

/**
 * Every setting of the service. This table makes the flags, the environment variables, the keys of the file, `--help`,
 * the README and the type `Config`.
 */
export const SETTINGS = {
  config: pathSetting(undefined, {
    placeholder: 'FILE',
    about: 'YAML file with any of these settings',
    fallbackText: 'config.yaml, where there is one',
  }),
  city: textSetting('astana', {
    placeholder: 'NAME',
    about: 'The city pack to show',
    allowed: 'the name of a folder in tilesets/cities',
    pattern: /^[a-z0-9][a-z0-9-]{0,63}$/,
  }),
  host: textSetting('127.0.0.1', {
    placeholder: 'ADDRESS',
    about: 'Address to listen on; one that others can reach needs access-token-file',
    allowed: HOST_ALLOWED,
    pattern: HOST_PATTERN,
  }),
  'http-port': portSetting(8080, 'Viewer, API and WebSocket'),
  'mqtt-port': portSetting(1883, 'MQTT broker'),
  ...MQTT_BROKER_SETTINGS,
  'mqtt-host': optionalHost('Address of mqtt-port; 127.0.0.1 keeps what is not encrypted on this machine'),
  'mqtt-tls-port': optionalNumber(
    { placeholder: 'PORT', about: 'MQTT broker, encrypted; needs mqtt-tls-cert-file', fallbackText: 'off' },
    1,
    65_535,
  ),
  'mqtt-tls-host': optionalHost('Address of mqtt-tls-port'),
  'mqtt-tls-cert-file': pathSetting(undefined, {
    placeholder: 'FILE',
    about: "The broker's certificate and those that vouch for it, PEM; read again when it changes",
    fallbackText: 'none',
  }),
  'mqtt-tls-key-file': pathSetting(undefined, {
    placeholder: 'FILE',
    about: "The certificate's private key, PEM",
    fallbackText: 'none',
  }),
  'mqtt-tls-ca-file': pathSetting(undefined, {
    placeholder: 'FILE',
    about: 'Clients on mqtt-tls-port must show a certificate of this authority; its common name is their user',
    fallbackText: 'none: no client certificates',
  }),
  'mqtt-accounts-file': pathSetting(undefined, {
    placeholder: 'FILE',
    about: 'YAML list of MQTT accounts and their topics; read again when it changes',
    fallbackText: 'none: the access token, or on this machine alone nothing',
  }),
  'mqtt-max-clients': optionalNumber(
    { placeholder: 'N', about: 'MQTT clients at once; half as many from one address', fallbackText: '5000' },
    2,
    100_000,
  ),
  'opcua-port': portSetting(4840, "The simulated plant's OPC UA server"),
  'opcua-endpoints': listSetting(
    {
      placeholder: 'URL,…',
      about: 'Further OPC UA servers to read',
      allowed: 'opc.tcp:// URLs, e.g. opc.tcp://10.0.0.7:4840/plant',
      fallbackText: 'none',
      show: (urls) => urls.map(withoutPassword).join(', '),
    },
    (text) => (/^opc\.tcp:\/\/[^\s/,]+/.test(text) && URL.canParse(text) ? text : undefined),
  ),
  'data-dir': pathSetting('./data', { placeholder: 'DIR', about: 'History, catalog and keys' }),
  'journal-budget': sizeSetting(4 * 2 ** 30, {
    about: 'Disk for the journal: how long raw messages are kept, and how long history may be away',
    fallbackText: '4GiB',
    least: 256 * 2 ** 20,
  }),
  'influx-url': optionalText({
    placeholder: 'URL',
    about: 'InfluxDB that keeps history in place of the embedded store',
    allowed: 'an http:// or https:// URL without a password in it, e.g. http://127.0.0.1:8086',
    fallbackText: 'none: the embedded store',
    isAllowed: isPlainHttpUrl,
  }),
  'influx-org': optionalText({
    placeholder: 'NAME',
    about: 'Its organisation; InfluxDB 1.x has none',
    allowed: 'the name of an organisation',
    fallbackText: 'none',
    isAllowed: isName,
  }),
  'influx-bucket': optionalText({
    placeholder: 'NAME',
    about: 'Its bucket, of our own; InfluxDB 1.x: the database',
    allowed: 'the name of a bucket',
    fallbackText: 'none',
    isAllowed: isName,
  }),
  'influx-token-file': pathSetting(undefined, {
    placeholder: 'FILE',
    about: 'Holds a token that may read and write the bucket; InfluxDB 1.x: user:password',
    fallbackText: 'none: no login',
  }),
  retention: {
    placeholder: 'RULE,…',
    about: 'How long history is kept: 30d, and where a property or the rollups differ, pm25=365d, rollups=5y',
    allowed: RETENTION_GRAMMAR,
    fallback: parseRetention('') as RetentionPolicy,
    fallbackText: DEFAULT_RETENTION,
    isList: true,
    parse: parseRetention,
    show: formatRetention,
  } satisfies Setting<RetentionPolicy> as Setting<RetentionPolicy>,
  'access-token-file': pathSetting(undefined, {
    placeholder: 'FILE',
    about: 'Holds the token that guards HTTP, WebSocket and, as the password, MQTT',
    fallbackText: 'none: this machine only',
  }),
  'allowed-hosts': listSetting(
    {
      placeholder: 'NAME,…',
      about: 'Further names by which browsers reach this service, e.g. behind a proxy',
      allowed: 'host names, each with or without a port',
      fallbackText: 'none',
    },
    (text) => (/^[a-zA-Z0-9.[\]:-]{1,255}$/.test(text) ? text : undefined),
  ),
  fleet: switchSetting(true, 'Simulated devices speak for the city'),
  things: optionalNumber(
    { placeholder: 'N', about: 'How many Things the fleet simulates', fallbackText: 'all of the pack' },
    1,
    1_000_000,
  ),
  'fleet-rate': optionalNumber(
    { placeholder: 'N', about: 'Observations per second the fleet makes in all', fallbackText: 'its natural rate' },
    1,
    200_000,
  ),
  seed: optionalNumber(
    {
      placeholder: 'N',
      about: "The fleet's random seed, for a day that can be repeated",
      fallbackText: '1',
    },
    0,
    4_294_967_295,
  ),
} as const satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof SETTINGS;

type Camel<S extends string> = S extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;
type ValueOf<S> = S extends Setting<infer T> ? T : never;

/** The settings as values: `http-port` is `httpPort`. */
export type Config = {
  readonly [Name in SettingName as Camel<Name>]: ValueOf<(typeof SETTINGS)[Name]>;
};

/** `YIPING_HTTP_PORT` for `http-port`. */
export function environmentName(name: string): string {
  return `YIPING_${name.toUpperCase().replaceAll('-', '_')}`;
}

export function camelName(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function isName(text: string): boolean {
  return text.length > 0 && text.length <= 256 && !/\p{Cc}/u.test(text);
}

function isPlainHttpUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url !== undefined && `${url.username}${url.password}${url.search}${url.hash}` === '';
  return isPlain && /^https?:$/.test(url.protocol);
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/([^/@:]*):[^/@]*@/, '//$1:••••@');
}
