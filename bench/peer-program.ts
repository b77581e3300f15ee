import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';

export type PeerName = 'influxd' | 'telegraf' | 'victoria-metrics';

/**
 * The path of a peer's program, unpacked from the test data beside the project (`YIPING_TEST_DATA`, default
 * `../shared/data`; its sister folder `bin` holds them packed).
 *
 * @throws where it is not there.
 */
export function peerProgram(name: PeerName): string {
  const packed = resolve(process.env.YIPING_TEST_DATA ?? '../shared/data', '..', 'bin', `${name}.xz`);
  const path = join('.cache', 'peers', name);
  if (existsSync(path)) return resolve(path);
  if (!existsSync(packed)) throw new Error(`${name} is not at ${packed}; set YIPING_TEST_DATA to the folder beside it`);
  mkdirSync(join('.cache', 'peers'), { recursive: true });
  execFileSync('sh', ['-c', 'xz -dc "$0" > "$1"', packed, `${path}.part`]);
  chmodSync(`${path}.part`, 0o755);
  renameSync(`${path}.part`, path);
  return resolve(path);
}
