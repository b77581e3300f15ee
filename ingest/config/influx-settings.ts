import { readFileSync } from 'node:fs';
import { ConfigError } from './config-error.ts';

/** Which InfluxDB keeps history, where it is not the embedded store. */
export interface InfluxSettings {
  readonly url: string;
  /** Empty for InfluxDB 1.x. */
  readonly org: string;
  readonly bucket: string;
  readonly token?: string;
}

interface Given {
  readonly influxUrl: string | undefined;
  readonly influxOrg: string | undefined;
  readonly influxBucket: string | undefined;
  /** Absolute. */
  readonly influxTokenFile: string | undefined;
}

/**
 * The settings that belong together, undefined where history is kept in the embedded store.
 *
 * @throws {ConfigError} where one is given without those that it needs, or the token cannot be read
 */
export function influxSettings(given: Given): InfluxSettings | undefined {
  const { influxUrl: url, influxOrg: org = '', influxBucket: bucket, influxTokenFile } = given;
  if (url === undefined) {
    const idle = [
      ['influx-org', given.influxOrg],
      ['influx-bucket', bucket],
      ['influx-token-file', influxTokenFile],
    ].find(([, value]) => value !== undefined);
    if (idle === undefined) return undefined;
    throw new ConfigError(`${idle[0]} does nothing without influx-url: give that too, e.g. http://127.0.0.1:8086.`);
  }
  if (bucket === undefined) {
    throw new ConfigError(
      'influx-url needs influx-bucket: the bucket that keeps history (InfluxDB 1.x: the database).',
    );
  }
  if (influxTokenFile === undefined) return { url, org, bucket };
  return { url, org, bucket, token: readToken(influxTokenFile) };
}

function readToken(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : (error as Error).message;
    throw new ConfigError(
      `influx-token-file: ${JSON.stringify(path)} ${why}. It holds the API token (1.x: user:password).`,
    );
  }
  const token = text.trim();
  if (/^[\x21-\x7e][\x20-\x7e]{0,999}$/.test(token)) return token;
  throw new ConfigError(
    `influx-token-file: what is in ${JSON.stringify(path)} is not allowed; allowed is one line of up to 1000 ASCII ` +
      'characters: the API token (1.x: user:password).',
  );
}
