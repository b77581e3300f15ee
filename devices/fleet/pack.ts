import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { CityManifest, PackThing } from '#devices/catalog/city-pack.ts';
import { isTopicLevel } from '#devices/model/thing.ts';

/** What the fleet takes from a CityPack. */
export interface FleetPack {
  readonly timeZone: string;
  readonly things: readonly PackThing[];
}

/**
 * Reads `city.json` and `catalog.json` (or `catalog.json.gz`) of a pack.
 *
 * @throws {Error} naming the file, and the entry, that is missing or wrong.
 */
export function readPack(folder: string): FleetPack {
  const manifest = readJson(folder, 'city.json') as Partial<CityManifest>;
  if (typeof manifest.timeZone !== 'string') {
    throw new Error(`${join(folder, 'city.json')}: timeZone must be an IANA time zone, such as "Asia/Almaty"`);
  }
  const things = readJson(folder, 'catalog.json');
  if (!Array.isArray(things) || things.length === 0) {
    throw new Error(`${join(folder, 'catalog.json')}: must be an array of at least one Thing; build the pack again`);
  }
  things.forEach((thing, at) => {
    const wrong = whatIsWrong(thing);
    if (wrong !== undefined) throw new Error(`${join(folder, 'catalog.json')}: entry ${at}: ${wrong}`);
  });
  return { timeZone: manifest.timeZone, things };
}

function readJson(folder: string, name: string): unknown {
  const path = join(folder, name);
  const packed = `${path}.gz`;
  try {
    if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'));
    if (existsSync(packed)) return JSON.parse(gunzipSync(readFileSync(packed)).toString('utf8'));
  } catch (error) {
    throw new Error(`${path}: cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new Error(`${path}: there is no such file, and no ${name}.gz; --city-pack must name the folder of a CityPack`);
}

function whatIsWrong(thing: Partial<PackThing>): string | undefined {
  if (typeof thing?.id !== 'string' || !isTopicLevel(thing.id)) return 'id must be one MQTT topic level';
  if (thing.transport !== 'mqtt' && thing.transport !== 'opcua') return `${thing.id}: transport must be mqtt or opcua`;
  if (!Array.isArray(thing.datastreams) || thing.datastreams.length === 0) return `${thing.id}: has no datastreams`;
  for (const stream of thing.datastreams) {
    if (typeof stream?.property !== 'string') return `${thing.id}: a datastream has no property`;
    if (stream.resultType !== 'number' && stream.resultType !== 'boolean') {
      return `${thing.id}/${stream.property}: the fleet measures numbers and booleans only`;
    }
  }
  return undefined;
}
