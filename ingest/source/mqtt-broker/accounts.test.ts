import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { WATCH_PERIOD_MS } from './file-watch.ts';
import { hashPassword } from './password-hash.ts';
import { closed, nextMessage, RunningBroker } from './testing/running-broker.ts';

const hasMosquitto = spawnSync('mosquitto_pub', ['--help']).error === undefined;
const TOKEN = 'correct-horse-battery-staple';
let hash: string;
let folder: string;
let path: string;
let running: RunningBroker;
let clock: ManualClock;

beforeAll(async () => {
  hash = await hashPassword('pump-password');
});
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yiping-accounts-'));
  path = join(folder, 'accounts.yaml');
  writeAccounts(['twin/%u/#'], ['twin/%u/command']);
  clock = new ManualClock(1_000_000);
  running = await RunningBroker.start({ accountsFile: path, accessToken: TOKEN }, clock);
});
afterEach(async () => {
  await running.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Two accounts with one password; a third where it is wanted. */
function writeAccounts(publish: readonly string[], subscribe: readonly string[], more = ''): void {
  const rights = `  password: ${hash}\n  publish: ${JSON.stringify(publish)}\n  subscribe: ${JSON.stringify(subscribe)}\n`;
  writeFileSync(path, `- user: pump-1\n${rights}- user: pump-2\n${rights}${more}`);
}

const pump = (username: string, options = {}) =>
  running.client({ username, password: 'pump-password', clientId: `id-of-${username}`, ...options });

describe('who comes in', () => {
  test('an account with its password, and whoever has the token', async () => {
    expect((await pump('pump-1')).connected).toBe(true);
    const admin = await running.client({ username: 'anyone', password: TOKEN });
    await admin.publishAsync('twin/anything/x', '1', { qos: 1 });
    expect(running.intake.values).toEqual([1]);
  });

  test.each([
    ['nobody', {}],
    ['a wrong password', { username: 'pump-1', password: 'pump-passworD' }],
    ['an unknown user', { username: 'pump-9', password: 'pump-password' }],
    ['a user without password', { username: 'pump-1' }],
  ])('not %s', async (_, options) => {
    await expect(running.client(options)).rejects.toThrow(/Bad username or password/);
    expect(running.intake.kinds).toEqual(['access-denied']);
    expect(JSON.stringify(running.intake.issues)).not.toContain('pump-passwor');
  });

  test('whoever guesses must wait, and others at the same address do not', async () => {
    const guesses = Array.from({ length: 14 }, () =>
      pump('pump-1', { password: 'guess', clientId: '' }).catch(() => {}),
    );
    await Promise.all(guesses);
    expect(running.intake.kinds.filter((kind) => kind === 'login-limited').length).toBeGreaterThan(0);
    await expect(pump('pump-1')).rejects.toThrow(/Not authorized/);
    expect((await pump('pump-2')).connected).toBe(true);
    clock.advance(60_001);
    expect((await pump('pump-1')).connected).toBe(true);
  });

  test('a client id is held by its user: another is refused, the same takes over', async () => {
    const first = await pump('pump-1', { clientId: 'shared' });
    await expect(pump('pump-2', { clientId: 'shared' })).rejects.toThrow(/Identifier rejected/);
    expect(first.connected).toBe(true);
    expect(running.intake.kinds).toEqual(['client-id-taken']);
    const gone = closed(first);
    await pump('pump-1', { clientId: 'shared' });
    await gone;
    await expect(running.client({ clientId: 'shared', password: TOKEN, username: 'x' })).rejects.toThrow(/rejected/);
  });
});

describe('what it may do', () => {
  test('an account publishes where it may, as itself', async () => {
    const client = await pump('pump-1');
    await client.publishAsync('twin/pump-1/flow', '3', { qos: 1 });
    expect(running.intake.messages).toMatchObject([{ address: 'twin/pump-1/flow', sender: 'id-of-pump-1' }]);
  });

  test.each([1, 2] as const)('a QoS %i message it may not send closes it unacknowledged', async (qos) => {
    const client = await pump('pump-1');
    const gone = closed(client);
    let isAcknowledged = false;
    client.publish('twin/pump-2/flow', '3', { qos }, (error) => {
      isAcknowledged = error === undefined || error === null;
    });
    await gone;
    expect(isAcknowledged).toBe(false);
    expect(running.intake.messages).toEqual([]);
    expect(running.intake.issues).toMatchObject([
      { kind: 'publish-denied', address: 'twin/pump-2/flow', firstBytes: '3' },
    ]);
    expect(running.intake.issues[0]?.reason).toContain('user pump-1 (client id-of-pump-1) may not publish');
    expect(running.metrics.mqttDenied).toBe(1);
  });

  test('a QoS 0 message it may not send is dropped, seen by nobody, and told', async () => {
    const admin = await running.client({ username: 'x', password: TOKEN });
    await admin.subscribeAsync(['#', '$nowhere']);
    const seen = nextMessage(admin);
    const client = await pump('pump-1');
    await client.publishAsync('twin/pump-2/flow', '3', { qos: 0, retain: true });
    await client.publishAsync('twin/pump-1/flow', '4', { qos: 1 });
    expect(await seen).toBe('twin/pump-1/flow 4');
    expect(running.intake.values).toEqual([4]);
    expect(running.intake.kinds).toEqual(['publish-denied']);
    expect(running.metrics.mqttRetained).toBe(0);
  });

  test('a subscription it may not have is refused alone', async () => {
    const client = await pump('pump-1');
    const granted = new Promise<unknown>((resolve) =>
      client.on('packetreceive', (packet) => packet.cmd === 'suback' && resolve(packet.granted)),
    );
    client.subscribe({ 'twin/#': { qos: 1 }, 'twin/pump-1/command': { qos: 1 } });
    expect(await granted).toEqual([128, 1]);
    expect(running.intake.issues).toMatchObject([{ kind: 'subscribe-denied', address: 'id-of-pump-1' }]);
    const command = nextMessage(client);
    const admin = await running.client({ username: 'x', password: TOKEN });
    await admin.publishAsync('twin/pump-2/flow', '1', { qos: 1 });
    await admin.publishAsync('twin/pump-1/command', '"go"', { qos: 1 });
    expect(await command).toBe('twin/pump-1/command "go"');
  });

  test.each(['twin/pump-2/online', '$SYS/fake', 'twin/+/x'])('a Will for %s keeps it out', async (topic) => {
    const will = { topic, payload: Buffer.from('false'), qos: 1 as const, retain: false };
    await expect(pump('pump-1', { will })).rejects.toThrow(/Not authorized/);
    expect(running.intake.kinds).toEqual(['will-denied']);
  });

  test('its Will is taken as its own when it has vanished', async () => {
    const will = { topic: 'twin/pump-1/online', payload: Buffer.from('false'), qos: 1 as const, retain: true };
    const client = await pump('pump-1', { will });
    client.stream.destroy();
    await running.intake.until(() => running.intake.messages.length === 1);
    expect(running.intake.messages).toMatchObject([{ address: 'twin/pump-1/online', sender: 'id-of-pump-1' }]);
  });
});

describe('the file', () => {
  test('that is wrong stops the start with its place', async () => {
    writeFileSync(path, '- user: a\n  publish: [a/#/b]\n');
    const other = new RunningBroker({ accountsFile: path });
    await expect(other.broker.start()).rejects.toMatchObject({
      expected: true,
      message: expect.stringContaining(`${path} line 2: account "a": publish: "a/#/b" is no topic filter`),
    });
  });

  test('is taken when it changes: who was changed is closed and comes again under what holds now', async () => {
    const [first, second] = [await pump('pump-1'), await pump('pump-2')];
    const gone = closed(first);
    const again = `- user: pump-2\n  password: ${hash}\n  publish: ["twin/%u/#"]\n  subscribe: ["twin/%u/command"]\n`;
    writeFileSync(path, `- user: pump-1\n  password: ${hash}\n  publish: [elsewhere]\n${again}`);
    clock.advance(WATCH_PERIOD_MS);
    await gone;
    expect(second.connected).toBe(true);
    expect(running.intake.kinds).toEqual(['account-changed']);
    const back = await pump('pump-1');
    await back.publishAsync('elsewhere', '1', { qos: 1 });
    const closedAgain = closed(back);
    back.publish('twin/pump-1/flow', '1', { qos: 1 });
    await closedAgain;
  });

  test('that becomes wrong is told, and the accounts from before go on', async () => {
    writeFileSync(path, 'nonsense');
    clock.advance(WATCH_PERIOD_MS);
    expect(running.intake.issues).toMatchObject([{ kind: 'accounts', address: path }]);
    expect(running.intake.issues[0]?.reason).toContain('line 1: there must be a list of accounts');
    expect((await pump('pump-1')).connected).toBe(true);
  });
});

test('npm run mqtt-password makes the line of a password that comes in by stdin', async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'mqtt-password.ts')]);
  child.stdin.end('display-password\n');
  const [line] = await once(child.stdout, 'data');
  writeAccounts([], [], `- user: display\n  ${String(line)}  subscribe: ["twin/#"]\n`);
  clock.advance(WATCH_PERIOD_MS);
  expect((await running.client({ username: 'display', password: 'display-password' })).connected).toBe(true);
});

test.skipIf(!hasMosquitto)(
  'mosquitto’s own clients are served alike (needs mosquitto_pub and mosquitto_sub)',
  async () => {
    const of = (user: string) => ['-p', String(running.broker.port), '-u', user, '-P', 'pump-password', '-q', '1'];
    const subscriber = spawn('mosquitto_sub', [...of('pump-1'), '-t', 'twin/pump-1/command', '-C', '1', '-W', '20']);
    const heard = once(subscriber.stdout, 'data');
    const admin = await running.client({ username: 'x', password: TOKEN });
    await admin.publishAsync('twin/pump-1/command', '7', { qos: 1, retain: true });
    expect(String((await heard)[0])).toBe('7\n');
    const publish = async (topic: string, user: string) => {
      const child = spawn('mosquitto_pub', [...of(user), '-t', topic, '-m', '5']);
      return (await once(child, 'exit'))[0];
    };
    expect(await publish('twin/pump-2/flow', 'pump-2')).toBe(0);
    expect(running.intake.values).toEqual([7, 5]);
    expect(await publish('twin/pump-1/flow', 'pump-2')).not.toBe(0);
    expect(running.intake.values).toEqual([7, 5]);
  },
);
