import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseFleetFlags } from './flags.ts';
import { readPack } from './pack.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-fleet-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('only the pack must be given', () => {
  expect(parseFleetFlags(['--city-pack', 'x'])).toEqual({
    cityPack: 'x',
    mqttUrl: 'mqtt://127.0.0.1:1883',
    opcuaPort: 4840,
    seed: 1,
  });
});

test.each([
  [[], /--city-pack is missing/],
  [['--things', '0'], /--things 0: .*from 1 to 1000000/],
  [['--things', 'many'], /--things many/],
  [['--rate=-5'], /--rate -5: .*above 0/],
  [['--opcua-port', '70000'], /--opcua-port 70000: .*65535/],
  [['--mqtt-url', 'http://x'], /--mqtt-url http:\/\/x: must be mqtt:\/\//],
  [['--token-file', '/nowhere/token'], /--token-file \/nowhere\/token: cannot be read/],
  [['--speed', '3'], /--speed/],
] as const)('%j is refused with its name, its value and what is allowed', (args, message) => {
  const pack = args.length === 0 ? [] : ['--city-pack', 'x'];
  expect(() => parseFleetFlags([...pack, ...args])).toThrow(message);
});

test('the access token is the first line of its file', () => {
  const file = join(folder, 'token');
  writeFileSync(file, 'secret\nsecond line\n');
  expect(parseFleetFlags(['--city-pack', 'x', '--token-file', file]).accessToken).toBe('secret');
});

test('a pack is read plain or packed; what is wrong with it is named', () => {
  expect(() => readPack(folder)).toThrow(/city\.json: there is no such file/);
  writeFileSync(join(folder, 'city.json'), JSON.stringify({ timeZone: 'Asia/Almaty' }));
  expect(() => readPack(folder)).toThrow(/catalog\.json: there is no such file, and no catalog\.json\.gz/);
  const thing = { id: 'a', transport: 'mqtt', datastreams: [{ property: 'x', resultType: 'number' }] };
  writeFileSync(join(folder, 'catalog.json.gz'), gzipSync(JSON.stringify([thing])));
  expect(readPack(folder)).toEqual({ timeZone: 'Asia/Almaty', things: [thing] });
  writeFileSync(join(folder, 'catalog.json'), JSON.stringify([thing, { ...thing, transport: 'pigeon' }]));
  expect(() => readPack(folder)).toThrow(/entry 1: a: transport must be mqtt or opcua/);
});
