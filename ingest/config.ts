import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readAccessToken } from './config/access-token.ts';
import { ConfigError, notAllowed } from './config/config-error.ts';
import { effectiveText, helpText } from './config/explain-settings.ts';
import { type GivenSettings, givenByEnvironment, givenByFile, givenByFlags } from './config/given-settings.ts';
import { type InfluxSettings, influxSettings } from './config/influx-settings.ts';
import { type MqttBrokersConfig, readMqttBrokers } from './config/mqtt-brokers.ts';
import type { Setting } from './config/setting.ts';
import { camelName, SETTINGS, type SettingName, type Config as Settings } from './config/settings.ts';
import { ROOT } from './root.ts';

const DEFAULT_FILE = 'config.yaml';

/** The settings of one run, checked; paths absolute. */
export type Config = Settings & {
  /** The secret in `access-token-file`. */
  readonly accessToken: string | undefined;
  /** The InfluxDB that keeps history; undefined: the embedded store does. */
  readonly influx: InfluxSettings | undefined;
  /** The external MQTT brokers to read; undefined: none. */
  readonly mqttBrokers: MqttBrokersConfig | undefined;
  /** The folder of the city's pack. */
  readonly packDir: string;
  /** Every setting with its value and origin, as lines; secrets masked. */
  readonly effective: string;
};

export interface ConfigSources {
  /** Without node and script. */
  readonly argv: readonly string[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Relative paths count from here. */
  readonly workingDir?: string;
  /** Holds a folder per city pack. */
  readonly citiesDir?: string;
}

/** `--help` was asked for: what to print before ending with 0. */
export class HelpRequest {
  readonly text = helpText();
}

/**
 * The configuration from flags, environment, file and defaults, in this order.
 *
 * @throws {ConfigError} for the first setting that is unknown or not allowed.
 */
export function readConfig(sources: ConfigSources): Config | HelpRequest {
  const workingDir = sources.workingDir ?? process.cwd();
  const flags = givenByFlags(sources.argv);
  if (flags.help) return new HelpRequest();
  const environment = givenByEnvironment(sources.environment ?? process.env);
  const file = givenInFile(flags.settings.get('config') ?? environment.get('config'), workingDir);

  const values = new Map<SettingName, { readonly value: unknown; readonly origin: string }>();
  for (const [name, setting] of Object.entries(SETTINGS) as [SettingName, Setting<unknown>][]) {
    const given = flags.settings.get(name) ?? environment.get(name) ?? file.get(name);
    if (given === undefined) continue;
    const value = setting.parse(given.text);
    if (value === undefined) throw notAllowed(name, given.text, given.origin, setting);
    values.set(name, { value, origin: given.origin });
  }
  return complete(values, workingDir, sources.citiesDir ?? join(ROOT, 'tilesets', 'cities'));
}

/** `readConfig` for programs: `--help` is printed and ends the process. @throws {ConfigError} */
export function loadConfig(sources: ConfigSources): Config {
  const config = readConfig(sources);
  if (config instanceof HelpRequest) {
    console.log(config.text);
    process.exit(0);
  }
  return config;
}

type Values = ReadonlyMap<SettingName, { readonly value: unknown; readonly origin: string }>;

/** Fills in defaults, resolves paths and checks what depends on more than one setting. */
function complete(values: Values, workingDir: string, citiesDir: string): Config {
  const named = Object.entries(SETTINGS).map(([name, { fallback }]) => {
    const found = values.get(name as SettingName);
    return [camelName(name), found === undefined ? fallback : found.value];
  });
  const settings = Object.fromEntries(named) as Settings;
  const originOf = (name: SettingName) => values.get(name)?.origin ?? 'default';
  const tokenFile = settings.accessTokenFile && resolve(workingDir, settings.accessTokenFile);
  const accessToken = tokenFile === undefined ? undefined : readAccessToken(tokenFile, originOf('access-token-file'));
  checkHost(settings.host, originOf('host'), accessToken);
  checkPorts(settings);
  checkMqtt(settings, accessToken);
  const inWorkingDir = (path: string | undefined) => path && resolve(workingDir, path);
  const influxTokenFile = inWorkingDir(settings.influxTokenFile);
  return {
    ...settings,
    mqttTlsCertFile: inWorkingDir(settings.mqttTlsCertFile),
    mqttTlsKeyFile: inWorkingDir(settings.mqttTlsKeyFile),
    mqttTlsCaFile: inWorkingDir(settings.mqttTlsCaFile),
    mqttAccountsFile: inWorkingDir(settings.mqttAccountsFile),
    dataDir: resolve(workingDir, settings.dataDir),
    accessTokenFile: tokenFile,
    accessToken,
    influxTokenFile,
    influx: influxSettings({ ...settings, influxTokenFile }),
    mqttBrokers: readMqttBrokers({ settings, workingDir, originOf }),
    packDir: cityPack(citiesDir, settings.city, originOf('city')),
    effective: effectiveText(values),
  };
}

/** Law 7: nobody else gets in unless a token keeps the door. */
function checkHost(host: string, origin: string, accessToken: string | undefined): void {
  if (isThisMachine(host) || accessToken !== undefined) return;
  throw new ConfigError(
    `host: ${JSON.stringify(host)} (${origin}) can be reached by others, and no access token keeps them out. ` +
      'Set access-token-file to a file that holds a token (head -c 32 /dev/urandom | base64 > token), or leave host alone.',
  );
}

function isThisMachine(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host);
}

/** Law 7 for the broker's own addresses, and settings that stand only together. */
function checkMqtt(settings: Settings, accessToken: string | undefined): void {
  const { host, mqttHost, mqttTlsHost, mqttTlsPort, mqttTlsCertFile, mqttTlsKeyFile, mqttTlsCaFile } = settings;
  const hasTls = mqttTlsPort !== undefined;
  if (hasTls && (mqttTlsCertFile === undefined || mqttTlsKeyFile === undefined)) {
    throw new ConfigError('mqtt-tls-port: it needs mqtt-tls-cert-file and mqtt-tls-key-file; set both.');
  }
  const [unused] = Object.entries({
    'mqtt-tls-cert-file': mqttTlsCertFile,
    'mqtt-tls-key-file': mqttTlsKeyFile,
    'mqtt-tls-ca-file': mqttTlsCaFile,
    'mqtt-tls-host': mqttTlsHost,
  }).find(([, value]) => !hasTls && value !== undefined) ?? [undefined];
  if (unused !== undefined) throw new ConfigError(`${unused}: it does nothing without mqtt-tls-port; set that too.`);
  if (settings.mqttAccountsFile !== undefined && settings.fleet && accessToken === undefined) {
    throw new ConfigError(
      'mqtt-accounts-file: the simulated fleet has no account. Set access-token-file, with which it comes in, or --no-fleet.',
    );
  }
  const isGuarded = accessToken !== undefined || settings.mqttAccountsFile !== undefined;
  const open = [
    ['mqtt-host', mqttHost ?? host, isGuarded],
    ['mqtt-tls-host', mqttTlsHost ?? host, isGuarded || mqttTlsCaFile !== undefined || !hasTls],
  ] as const;
  for (const [name, address, isSafe] of open) {
    if (isSafe || isThisMachine(address)) continue;
    throw new ConfigError(
      `${name}: ${JSON.stringify(address)} can be reached by others, and nothing keeps them out. ` +
        'Set mqtt-accounts-file or access-token-file.',
    );
  }
}

function checkPorts(settings: Settings): void {
  const taken = new Map<number, string>();
  for (const [name, port] of [
    ['http-port', settings.httpPort],
    ['mqtt-port', settings.mqttPort],
    ['mqtt-tls-port', settings.mqttTlsPort ?? 0],
    ['opcua-port', settings.opcuaPort],
  ] as const) {
    const other = port === 0 ? undefined : taken.get(port);
    if (other !== undefined) throw new ConfigError(`${other} and ${name} are both ${port}; give each its own port.`);
    taken.set(port, name);
  }
}

function cityPack(citiesDir: string, city: string, origin: string): string {
  const folder = join(citiesDir, city);
  if (existsSync(join(folder, 'city.json'))) return folder;
  const names = existsSync(citiesDir)
    ? readdirSync(citiesDir).filter((name) => existsSync(join(citiesDir, name, 'city.json')))
    : [];
  const allowed = names.length === 0 ? `a folder with a city.json in ${citiesDir}` : names.join(', ');
  throw new ConfigError(`city: there is no city pack ${JSON.stringify(city)} (${origin}); allowed is ${allowed}.`);
}

function givenInFile(named: { text: string; origin: string } | undefined, workingDir: string): GivenSettings {
  const path = resolve(workingDir, named?.text ?? DEFAULT_FILE);
  if (!existsSync(path)) {
    if (named === undefined) return new Map();
    throw new ConfigError(`config: the file ${JSON.stringify(named.text)} (${named.origin}) does not exist.`);
  }
  return givenByFile(readFileSync(path, 'utf8'), named?.text ?? DEFAULT_FILE);
}
