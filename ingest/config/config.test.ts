import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Config, HelpRequest, readConfig } from '../config.ts';
import { settingsTable } from './explain-settings.ts';
import { environmentName, SETTINGS } from './settings.ts';

const TOKEN = 'correct-horse-battery-staple';
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-config-'));
  for (const city of ['astana', 'suzhou']) {
    mkdirSync(join(folder, 'cities', city), { recursive: true });
    writeFileSync(join(folder, 'cities', city, 'city.json'), '{}');
  }
  writeFileSync(join(folder, 'token'), `${TOKEN}\n`);
  writeFileSync(join(folder, 'short'), 'secret\n');
  writeFileSync(join(folder, 'empty'), '\n');
  writeFileSync(join(folder, 'pem'), '-----BEGIN CERTIFICATE-----\n');
});
beforeEach(() => rmSync(join(folder, 'config.yaml'), { force: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(argv: readonly string[], environment: Record<string, string> = {}, file?: string): Config {
  if (file !== undefined) writeFileSync(join(folder, 'config.yaml'), file);
  const config = readConfig({ argv, environment, workingDir: folder, citiesDir: join(folder, 'cities') });
  if (config instanceof HelpRequest) throw new Error('help was not asked for');
  return config;
}

describe('where a setting comes from', () => {
  test('A flag goes over the environment, that over the file, that over the default', () => {
    const environment = { YIPING_HTTP_PORT: '8002', YIPING_MQTT_PORT: '2002' };
    const file = 'http-port: 8003\nmqtt-port: 2003\nopcua-port: 4003\n';
    const config = read(['--http-port', '8001'], environment, file);
    expect(config).toMatchObject({ httpPort: 8001, mqttPort: 2002, opcuaPort: 4003, city: 'astana' });
    expect(config.effective).toMatch(/http-port +8001 +--http-port\n +mqtt-port +2002 +YIPING_MQTT_PORT\n/);
    expect(config.effective).toMatch(/opcua-port +4003 +config\.yaml\n/);
  });

  test.each(Object.keys(SETTINGS).filter((name) => name !== 'config'))(
    '%s means the same as flag, variable and line of the file',
    (name) => {
      const [text, ...flag] = sample(name);
      const company = [
        ...companyOf(name),
        ...(NEEDED[name] ?? []).flatMap((other) => [`--${other}`, sample(other)[0]]),
      ];
      const { [environmentName(name)]: _itself, ...needs } = name.startsWith('influx-') ? INFLUX : {};
      const expected = read([...company, ...(flag.length > 0 ? flag : [`--${name}`, text])], needs);
      const { effective: _, ...values } = expected;
      expect(read(company, { ...needs, [environmentName(name)]: text })).toMatchObject(values);
      expect(read(company, needs, `${name}: ${text}\n`)).toMatchObject(values);
    },
  );

  test('A list is a repeated flag, commas, or a list in the file', () => {
    const both = { opcuaEndpoints: ['opc.tcp://a:1', 'opc.tcp://b:2/plant'] };
    expect(read(['--opcua-endpoints', 'opc.tcp://a:1', '--opcua-endpoints', 'opc.tcp://b:2/plant'])).toMatchObject(
      both,
    );
    expect(read([], { YIPING_OPCUA_ENDPOINTS: 'opc.tcp://a:1, opc.tcp://b:2/plant' })).toMatchObject(both);
    expect(read([], {}, 'opcua-endpoints:\n  - opc.tcp://a:1\n  - opc.tcp://b:2/plant\n')).toMatchObject(both);
  });

  test('Relative paths count from the working directory', () => {
    expect(read([]).dataDir).toBe(join(folder, 'data'));
  });
});

describe('a start that is stopped', () => {
  test.each([
    ['an unknown flag', ['--htp-port', '1'], '--htp-port (command line) is not a setting. Did you mean --http-port?'],
    [
      'a port that is none',
      ['--mqtt-port', '70000'],
      'mqtt-port: "70000" (--mqtt-port) is not allowed; allowed is a port',
    ],
    ['a flag without its value', ['--city', '--no-fleet'], '--city (command line) needs a value: --city NAME.'],
    ['a flag given twice', ['--seed', '1', '--seed', '2'], '--seed (command line) is given twice: 1 and 2'],
    ['a word alone', ['astana'], '"astana" (command line) stands alone'],
    [
      'a city that is not there',
      ['--city', 'beijing'],
      'there is no city pack "beijing" (--city); allowed is astana, suzhou.',
    ],
    ['a retention that is none', ['--retention', '30'], 'allowed is rules like 30d'],
    ['an endpoint that is none', ['--opcua-endpoints', 'http://a'], 'allowed is opc.tcp:// URLs'],
    ['two services on one port', ['--http-port', '1883'], 'http-port and mqtt-port are both 1883'],
    [
      'no things',
      ['--things', '0'],
      'things: "0" (--things) is not allowed; allowed is a whole number from 1 to 1000000.',
    ],
    ['TLS without a certificate', ['--mqtt-tls-port', '8883'], 'it needs mqtt-tls-cert-file and mqtt-tls-key-file'],
    [
      'a certificate without a port',
      ['--mqtt-tls-cert-file', 'cert.pem'],
      'mqtt-tls-cert-file: it does nothing without mqtt-tls-port',
    ],
    [
      'accounts that shut out the fleet',
      ['--mqtt-accounts-file', 'accounts.yaml'],
      'the simulated fleet has no account. Set access-token-file, with which it comes in, or --no-fleet.',
    ],
    ['a file that is not there', ['--config', 'gone.yaml'], 'config: the file "gone.yaml" (--config) does not exist.'],
  ])('%s: %j', (_, argv, message) => {
    expect(() => read(argv)).toThrow(message);
  });

  test('An unknown variable or key is named with where it stands and the nearest name', () => {
    expect(() => read([], { YIPING_HTP_PORT: '1' })).toThrow(
      'YIPING_HTP_PORT (environment) is not a setting. Did you mean YIPING_HTTP_PORT?',
    );
    expect(() => read([], {}, 'htttp-port: 1\n')).toThrow(
      'htttp-port (config.yaml) is not a setting. Did you mean http-port?',
    );
    expect(() => read([], {}, 'http-port: [1, 2]\n')).toThrow('http-port: [1,2] (config.yaml) is not allowed');
    expect(() => read([], {}, 'http-port: {')).toThrow('config.yaml is not YAML');
  });

  test('Variables of others, and those of tests, are none of our business', () => {
    expect(read([], { PATH: '/bin', YIPING_TEST_CHROMIUM: '/usr/bin/chromium' }).httpPort).toBe(8080);
  });
});

describe('InfluxDB', () => {
  const url = ['--influx-url', 'http://127.0.0.1:8086'];

  test('Is used when its URL and bucket are given, with the token that is in the file', () => {
    expect(read([]).influx).toBeUndefined();
    expect(read([...url, '--influx-bucket', 'twin']).influx).toEqual({ url: url[1], org: '', bucket: 'twin' });
    const config = read([...url, '--influx-bucket', 'twin', '--influx-org', 'yiping', '--influx-token-file', 'token']);
    expect(config.influx).toEqual({ url: url[1], org: 'yiping', bucket: 'twin', token: TOKEN });
    expect(config.effective).not.toContain(TOKEN);
  });

  test.each([
    ['a URL without a bucket', url, 'influx-url needs influx-bucket: the bucket that keeps history'],
    ['a bucket without a URL', ['--influx-bucket', 'twin'], 'influx-bucket does nothing without influx-url'],
    ['a token without a URL', ['--influx-token-file', 'token'], 'influx-token-file does nothing without influx-url'],
    ['a password in the URL', ['--influx-url', 'http://me:hunter2@db:8086'], 'allowed is an http:// or https:// URL'],
    ['another protocol', ['--influx-url', 'udp://db:8089'], 'allowed is an http:// or https:// URL'],
    [
      'a token file that is not there',
      [...url, '--influx-bucket', 'twin', '--influx-token-file', 'gone'],
      /gone" does not exist\. It holds the API token/,
    ],
    [
      'a token file without a token',
      [...url, '--influx-bucket', 'twin', '--influx-token-file', 'empty'],
      /empty" is not allowed; allowed is one line/,
    ],
  ])('%s stops the start', (_, argv, message) => {
    expect(() => read(argv)).toThrow(message);
  });
});

describe('safe when nothing is configured', () => {
  test.each(['0.0.0.0', '::', '192.168.1.7', 'twin.example.org'])(
    'Others may reach %s only past an access token',
    (host) => {
      expect(() => read(['--host', host])).toThrow(/can be reached by others.*Set access-token-file/);
      expect(read(['--host', host, '--access-token-file', 'token']).accessToken).toBe(TOKEN);
    },
  );

  test.each(['127.0.0.1', '127.8.8.8', 'localhost', '::1'])('%s needs none', (host) => {
    expect(read(['--host', host]).host).toBe(host);
  });

  test('Others may reach MQTT alone, past accounts, a token or, encrypted, a certificate of their own', () => {
    const accounts = ['--no-fleet', '--mqtt-accounts-file', 'accounts.yaml'];
    const tls = ['--mqtt-tls-port', '8883', '--mqtt-tls-cert-file', 'c', '--mqtt-tls-key-file', 'k'];
    const open = ['--mqtt-host', '0.0.0.0'];
    const openTls = [...tls, '--mqtt-tls-host', '0.0.0.0'];
    expect(() => read(open)).toThrow(/mqtt-host: "0.0.0.0" can be reached by others.*Set mqtt-accounts-file/);
    expect(() => read(openTls)).toThrow(/mqtt-tls-host: "0.0.0.0" can be reached by others/);
    expect(read([...open, ...accounts]).mqttHost).toBe('0.0.0.0');
    expect(read([...openTls, '--mqtt-tls-ca-file', 'ca']).mqttTlsHost).toBe('0.0.0.0');
    expect(read([...openTls, '--access-token-file', 'token']).mqttTlsHost).toBe('0.0.0.0');
    expect(() => read([...openTls, ...open, '--mqtt-tls-ca-file', 'ca'])).toThrow(/mqtt-host/);
  });

  test('A token that is missing or can be guessed stops the start, and the error says how to make one', () => {
    expect(() => read(['--access-token-file', 'gone'])).toThrow(/does not exist\. Make one: head/);
    expect(() => read(['--access-token-file', 'short'])).toThrow(/16 to 500 ASCII characters.*Make one/);
  });

  test('No secret is printed', () => {
    const argv = ['--access-token-file', 'token', '--opcua-endpoints', 'opc.tcp://me:hunter2@plant:4840'];
    const { effective } = read(argv);
    expect(effective).not.toContain(TOKEN);
    expect(effective).not.toContain('hunter2');
    expect(effective).toContain('opc.tcp://me:••••@plant:4840');
  });
});

describe('external MQTT brokers', () => {
  test('are put together from their settings, with what is in their files', () => {
    const argv = ['--mqtt-broker-url', 'mqtt://a,mqtts://b:8884', '--mqtt-broker-user', 'ada'];
    const files = ['--mqtt-broker-password-file', 'token', '--mqtt-broker-ca-file', 'pem'];
    const config = read([
      ...argv,
      ...files,
      '--mqtt-broker-share',
      'city',
      '--mqtt-broker-topics',
      'twin/a/#,twin/b/#',
    ]);
    expect(config.mqttBrokers).toEqual({
      brokers: [
        { host: 'a', port: 1883, isTls: false, url: 'mqtt://a:1883' },
        { host: 'b', port: 8884, isTls: true, url: 'mqtts://b:8884' },
      ],
      tls: { ca: '-----BEGIN CERTIFICATE-----\n' },
      user: 'ada',
      password: TOKEN,
      share: 'city',
      topics: ['twin/a/#', 'twin/b/#'],
      version: '5',
    });
    expect(config.effective).not.toContain(TOKEN);
    expect(read([]).mqttBrokers).toBeUndefined();
  });

  test.each([
    [
      'a password in the URL',
      ['--mqtt-broker-url', 'mqtt://ada:secret@b'],
      'allowed is mqtt:// or mqtts:// URLs without',
    ],
    [
      'a group without a broker',
      ['--mqtt-broker-share', 'city'],
      'mqtt-broker-share does nothing without mqtt-broker-url',
    ],
    [
      'an authority without TLS',
      ['--mqtt-broker-url', 'mqtt://b', '--mqtt-broker-ca-file', 'pem'],
      'mqtt-broker-ca-file does nothing without an mqtts:// URL in mqtt-broker-url',
    ],
    [
      'a certificate without its key',
      ['--mqtt-broker-url', 'mqtts://b', '--mqtt-broker-cert-file', 'pem'],
      'mqtt-broker-cert-file does nothing without mqtt-broker-key-file',
    ],
    [
      'an authority that is none',
      ['--mqtt-broker-url', 'mqtts://b', '--mqtt-broker-ca-file', 'token'],
      'mqtt-broker-ca-file: "token" (--mqtt-broker-ca-file) is not a PEM file',
    ],
    [
      'a password file that is not there',
      ['--mqtt-broker-url', 'mqtts://b', '--mqtt-broker-user', 'ada', '--mqtt-broker-password-file', 'gone'],
      'mqtt-broker-password-file: "gone" (--mqtt-broker-password-file) does not exist',
    ],
    ['a version that is none', ['--mqtt-broker-version', '4'], 'allowed is 5 or 3.1.1'],
  ])('%s stops the start: %j', (_, argv, message) => {
    expect(() => read(argv)).toThrow(message);
  });
});

test('--help names every setting, its default and what it does', () => {
  const help = readConfig({ argv: ['--help'], environment: {}, workingDir: folder });
  if (!(help instanceof HelpRequest)) throw new Error('help was asked for');
  for (const [name, { about }] of Object.entries(SETTINGS)) {
    expect(help.text).toContain(name === 'fleet' ? '--no-fleet' : `--${name} `);
    expect(help.text).toContain(about);
  }
});

test('The table in the README is this one: replace it by the output of settingsTable() when it changes', () => {
  expect(readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')).toContain(settingsTable());
});

/** What each setting of InfluxDB needs beside it. */
const INFLUX: Record<string, string> = { YIPING_INFLUX_URL: 'http://127.0.0.1:8086', YIPING_INFLUX_BUCKET: 'twin' };
/** What else must be set for a setting to be allowed. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  'mqtt-tls-port': ['mqtt-tls-cert-file', 'mqtt-tls-key-file'],
  'mqtt-tls-host': ['mqtt-tls-port', 'mqtt-tls-cert-file', 'mqtt-tls-key-file'],
  'mqtt-tls-cert-file': ['mqtt-tls-port', 'mqtt-tls-key-file'],
  'mqtt-tls-key-file': ['mqtt-tls-port', 'mqtt-tls-cert-file'],
  'mqtt-tls-ca-file': ['mqtt-tls-port', 'mqtt-tls-cert-file', 'mqtt-tls-key-file'],
  'mqtt-accounts-file': ['access-token-file'],
};

/** A value for each setting that is not its default, and flags where they are not `--name value`. */
function sample(name: string): [text: string, ...flags: string[]] {
  switch (name) {
    case 'city':
      return ['suzhou'];
    case 'host':
    case 'mqtt-host':
    case 'mqtt-tls-host':
      return ['127.0.0.2'];
    case 'opcua-endpoints':
      return ['opc.tcp://plant:4840'];
    case 'retention':
      return ['30d,pm25=365d'];
    case 'data-dir':
      return ['elsewhere'];
    case 'journal-budget':
      return ['512MiB'];
    case 'access-token-file':
    case 'influx-token-file':
    case 'mqtt-broker-password-file':
      return ['token'];
    case 'influx-url':
      return ['https://db.example.org/influx'];
    case 'mqtt-broker-ca-file':
    case 'mqtt-broker-cert-file':
    case 'mqtt-broker-key-file':
      return ['pem'];
    case 'mqtt-broker-url':
      return ['mqtts://broker:8884'];
    case 'mqtt-broker-topics':
      return ['twin/+/level'];
    case 'mqtt-broker-version':
      return ['3.1.1'];
    case 'allowed-hosts':
      return ['twin.example.org'];
    case 'fleet':
      return ['false', '--no-fleet'];
    default:
      return ['77'];
  }
}

/** Flags without which a setting would do nothing. */
function companyOf(name: string): string[] {
  if (!name.startsWith('mqtt-broker-') || name === 'mqtt-broker-url') return [];
  const url = ['--mqtt-broker-url', 'mqtts://broker'];
  const other = {
    'mqtt-broker-password-file': ['--mqtt-broker-user', 'ada'],
    'mqtt-broker-cert-file': ['--mqtt-broker-key-file', 'pem'],
    'mqtt-broker-key-file': ['--mqtt-broker-cert-file', 'pem'],
  }[name];
  return [...url, ...(other ?? [])];
}
