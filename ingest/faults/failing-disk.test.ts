import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { timeOf } from './counting-publisher.ts';
import { type IngestProcess, startIngest } from './ingest-process.ts';
import { account, openStores } from './stored-numbers.ts';

const STRACE = '/usr/bin/strace';
/** Whether system calls of a child can be made to fail here. */
const canInject =
  existsSync(STRACE) && spawnSync(STRACE, ['-e', 'inject=fdatasync:error=EIO', '/bin/true']).status === 0;

let folder: string;
let ingest: IngestProcess | undefined;
let isMounted = false;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-disk-'));
});
afterEach(async () => {
  await ingest?.end('SIGKILL').catch(() => {
    // It has ended already.
  });
  ingest = undefined;
  if (isMounted) execFileSync('umount', ['--lazy', folder]);
  isMounted = false;
  rmSync(folder, { recursive: true, force: true });
});

/**
 * Publishes the numbers one after another as a device does: each until it is acknowledged, again after a connection that
 * was closed. Answers how often it had to send again.
 */
async function publishStubbornly(url: string, from: number, to: number, pad = ''): Promise<number> {
  let repetitions = 0;
  const connect = async () => (await mqtt.connectAsync(url, { reconnectPeriod: 0 })).setMaxListeners(0);
  let client = await connect();
  for (let number = from; number < to; ) {
    const payload = `{"value":${number},"time":${timeOf(number)}}${pad}`;
    const isAcknowledged = await Promise.race([
      client.publishAsync('twin/counter/n', payload, { qos: 1 }).then(
        () => true,
        () => false,
      ),
      new Promise<boolean>((resolve) => client.once('close', () => resolve(false))),
    ]);
    if (isAcknowledged) number++;
    else {
      repetitions++;
      client.end(true);
      client = await connect();
    }
  }
  await client.endAsync();
  return repetitions;
}

async function expectAllOnce(count: number): Promise<void> {
  const stores = await openStores(folder);
  const numbers = await stores.numbers('counter');
  await stores.close();
  expect(
    account(
      Array.from({ length: count }, (_, i) => i),
      numbers,
    ),
  ).toEqual({ lost: [], repeated: [] });
  expect(numbers.size).toBe(count);
}

test.skipIf(!canInject)(
  'a sync that fails (EIO) is never acknowledged; the next one is tried in a new segment, and nothing is there twice (needs strace)',
  async () => {
    const inject = 'inject=fdatasync:error=EIO:when=20..26+1';
    ingest = await startIngest(folder, {}, [STRACE, '-f', '-q', '-o', '/dev/null', '-e', inject]);
    expect(await publishStubbornly(ingest.url, 0, 120)).toBeGreaterThan(0);
    await ingest.end('SIGKILL');
    await expectAllOnce(120);
  },
);

const DISK_BYTES = 40_000_000;

function mountSmallDisk(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('a full disk acknowledges nothing, and goes on when there is room again (needs root to mount a small disk)', async (context) => {
  isMounted = mountSmallDisk();
  if (!isMounted) context.skip('only root can mount a small disk');
  ingest = await startIngest(folder);
  expect(await publishStubbornly(ingest.url, 0, 20)).toBe(0);
  const ballast = join(folder, 'ballast');
  try {
    writeFileSync(ballast, new Uint8Array(DISK_BYTES));
  } catch {
    // It is as large as the disk had room for.
  }
  const client = await mqtt.connectAsync(ingest.url, { reconnectPeriod: 0 });
  let isAcknowledged = false;
  const refused = new Promise<void>((resolve) => client.once('close', () => resolve()));
  for (let number = 20; number < 400; number++) {
    const payload = `{"value":${number},"time":${timeOf(number)},"note":"${'x'.repeat(1_000)}"}`;
    client.publishAsync('twin/counter/n', payload, { qos: 1 }).then(
      () => {
        isAcknowledged = number > 380;
      },
      () => {},
    );
  }
  await refused;
  expect(isAcknowledged).toBe(false);
  rmSync(ballast);
  await publishStubbornly(ingest.url, 20, 400);
  await ingest.end('SIGKILL');
  await expectAllOnce(400);
});
