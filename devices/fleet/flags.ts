import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

export interface FleetFlags {
  /** Folder of the CityPack. */
  readonly cityPack: string;
  readonly mqttUrl: string;
  /** 0: any free one. */
  readonly opcuaPort: number;
  /** Absent: as many as the pack has. */
  readonly things?: number;
  /** Observations a second in all; absent: the pack's natural rate. */
  readonly rate?: number;
  readonly seed: number;
  /** What `--token-file` holds; given to the broker as the password. */
  readonly accessToken?: string;
  /** Where the OPC UA server keeps its certificate; absent: a temporary folder, removed at the end. */
  readonly pkiDir?: string;
}

export const FLEET_USAGE = `The simulated devices of a CityPack.

  --city-pack DIR      folder with city.json and catalog.json (or catalog.json.gz); required
  --mqtt-url URL       broker, mqtt://host:port (default mqtt://127.0.0.1:1883)
  --opcua-port N       port of the plants' OPC UA server on 127.0.0.1 (default 4840; 0: any free one)
  --things N           how many Things, 1 to 1,000,000 (default: the pack's)
  --rate N             observations a second in all, above 0, at most 200,000 (default: the pack's intervals)
  --seed N             0 to 4,294,967,295: the same seed is the same city (default 1)
  --token-file F       file whose first line is the access token
  --pki-dir DIR        where the OPC UA server keeps its certificate (default: a temporary folder)`;

/** @throws {Error} naming the flag, its value and what is allowed. */
export function parseFleetFlags(args: readonly string[]): FleetFlags {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    allowPositionals: false,
    options: {
      'city-pack': { type: 'string' },
      'mqtt-url': { type: 'string', default: 'mqtt://127.0.0.1:1883' },
      'opcua-port': { type: 'string', default: '4840' },
      things: { type: 'string' },
      rate: { type: 'string' },
      seed: { type: 'string', default: '1' },
      'token-file': { type: 'string' },
      'pki-dir': { type: 'string' },
    },
  });
  const cityPack = values['city-pack'];
  if (cityPack === undefined) throw new Error('--city-pack is missing: give the folder of a CityPack');
  const flags: FleetFlags = {
    cityPack,
    mqttUrl: mqttUrl(values['mqtt-url']),
    opcuaPort: whole('--opcua-port', values['opcua-port'], 0, 65_535),
    seed: whole('--seed', values.seed, 0, 0xffffffff),
    ...(values.things !== undefined && { things: whole('--things', values.things, 1, 1_000_000) }),
    ...(values.rate !== undefined && { rate: rate(values.rate) }),
    ...(values['token-file'] !== undefined && { accessToken: token(values['token-file']) }),
    ...(values['pki-dir'] !== undefined && { pkiDir: values['pki-dir'] }),
  };
  return flags;
}

function whole(flag: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < low || value > high) {
    throw new Error(`${flag} ${text}: must be a whole number from ${low} to ${high}`);
  }
  return value;
}

function rate(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 200_000)) {
    throw new Error(`--rate ${text}: must be a number above 0 and at most 200000, observations a second`);
  }
  return value;
}

function mqttUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'mqtt:' || url.hostname === '') {
    throw new Error(`--mqtt-url ${text}: must be mqtt://host:port`);
  }
  return text;
}

function token(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`--token-file ${path}: cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const first = text.split(/\r?\n/, 1)[0]?.trim() ?? '';
  if (first === '') throw new Error(`--token-file ${path}: its first line is empty; it must hold the access token`);
  return first;
}
