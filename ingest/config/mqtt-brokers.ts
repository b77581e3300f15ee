import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type BrokerAddress, parseBrokerUrl } from '../source/mqtt-client/broker-address.ts';
import type { MqttClientOptions } from '../source/mqtt-client/mqtt-client-source.ts';
import { ConfigError } from './config-error.ts';
import type { SettingName, Config as Settings } from './settings.ts';

/** What the external brokers need, files read; only where the session is kept is left open. */
export type MqttBrokersConfig = Omit<MqttClientOptions, 'sessionFile'>;

interface Sources {
  readonly settings: Settings;
  /** Relative paths count from here. */
  readonly workingDir: string;
  readonly originOf: (name: SettingName) => string;
}

type FileSetting = Extract<SettingName, `mqtt-broker-${string}-file`>;

/**
 * The settings of the external brokers together; undefined where no broker is named.
 *
 * @throws {ConfigError} where one needs another that is missing, or a file cannot be used.
 */
export function readMqttBrokers(sources: Sources): MqttBrokersConfig | undefined {
  const { settings } = sources;
  checkCompany(settings);
  const brokers = [...new Set(settings.mqttBrokerUrl)].map((url) => parseBrokerUrl(url) as BrokerAddress);
  if (brokers.length === 0) return undefined;
  const password = readFile(sources, 'mqtt-broker-password-file', settings.mqttBrokerPasswordFile);
  const ca = readPem(sources, 'mqtt-broker-ca-file', settings.mqttBrokerCaFile);
  const cert = readPem(sources, 'mqtt-broker-cert-file', settings.mqttBrokerCertFile);
  const key = readPem(sources, 'mqtt-broker-key-file', settings.mqttBrokerKeyFile);
  const { mqttBrokerUser: user, mqttBrokerClientId: clientId, mqttBrokerShare: share } = settings;
  return {
    brokers,
    tls: { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) },
    ...(user !== undefined && { user }),
    // The line end belongs to the file; anything else may belong to the password.
    ...(password !== undefined && { password: password.replace(/\r?\n$/, '') }),
    ...(clientId !== undefined && { clientId }),
    ...(share !== undefined && { share }),
    ...(settings.mqttBrokerTopics.length > 0 && { topics: settings.mqttBrokerTopics }),
    version: settings.mqttBrokerVersion === '3.1.1' ? '3.1.1' : '5',
  };
}

/** A setting that does nothing without another is a mistake that nobody would see. */
function checkCompany(settings: Settings): void {
  const urls = settings.mqttBrokerUrl;
  const needs: readonly (readonly [SettingName, unknown, boolean, string])[] = [
    ['mqtt-broker-user', settings.mqttBrokerUser, urls.length > 0, 'mqtt-broker-url'],
    ['mqtt-broker-client-id', settings.mqttBrokerClientId, urls.length > 0, 'mqtt-broker-url'],
    ['mqtt-broker-share', settings.mqttBrokerShare, urls.length > 0, 'mqtt-broker-url'],
    ['mqtt-broker-topics', settings.mqttBrokerTopics[0], urls.length > 0, 'mqtt-broker-url'],
    [
      'mqtt-broker-password-file',
      settings.mqttBrokerPasswordFile,
      settings.mqttBrokerUser !== undefined,
      'mqtt-broker-user',
    ],
    ...(['ca', 'cert', 'key'] as const).map((kind) => {
      const given = {
        ca: settings.mqttBrokerCaFile,
        cert: settings.mqttBrokerCertFile,
        key: settings.mqttBrokerKeyFile,
      };
      const isTls = urls.some((url) => url.startsWith('mqtts:'));
      return [`mqtt-broker-${kind}-file`, given[kind], isTls, 'an mqtts:// URL in mqtt-broker-url'] as const;
    }),
    [
      'mqtt-broker-cert-file',
      settings.mqttBrokerCertFile,
      settings.mqttBrokerKeyFile !== undefined,
      'mqtt-broker-key-file',
    ],
    [
      'mqtt-broker-key-file',
      settings.mqttBrokerKeyFile,
      settings.mqttBrokerCertFile !== undefined,
      'mqtt-broker-cert-file',
    ],
  ];
  for (const [name, given, hasCompany, company] of needs) {
    if (given !== undefined && !hasCompany) {
      throw new ConfigError(`${name} does nothing without ${company}; set that too, or leave ${name} out.`);
    }
  }
}

function readPem(sources: Sources, name: FileSetting, path: string | undefined): string | undefined {
  const text = readFile(sources, name, path);
  if (text === undefined || text.includes('-----BEGIN ')) return text;
  throw new ConfigError(
    `${name}: ${JSON.stringify(path)} (${sources.originOf(name)}) is not a PEM file; allowed is one with a line "-----BEGIN …".`,
  );
}

function readFile({ workingDir, originOf }: Sources, name: FileSetting, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(resolve(workingDir, path), 'utf8');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : (error as Error).message;
    throw new ConfigError(`${name}: ${JSON.stringify(path)} (${originOf(name)}) ${why}; name a file that can be read.`);
  }
}
