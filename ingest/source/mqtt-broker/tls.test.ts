import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '#devices/time/manual-clock.ts';
import { WATCH_PERIOD_MS } from './file-watch.ts';
import { hasOpenssl, makeCertificate } from './testing/certificates.ts';
import { closed, RunningBroker } from './testing/running-broker.ts';

const hasMosquitto = spawnSync('mosquitto_pub', ['--help']).error === undefined;

describe.skipIf(!hasOpenssl)('on the encrypted port (needs openssl)', () => {
  let folder: string;
  let running: RunningBroker;
  let clock: ManualClock;
  const at = (name: string) => join(folder, name);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'yiping-tls-'));
    makeCertificate(folder, 'ca', 'City authority');
    makeCertificate(folder, 'first', 'broker one', 'ca');
    makeCertificate(folder, 'second', 'broker two', 'ca');
    makeCertificate(folder, 'pump', 'pump-1', 'ca');
    makeCertificate(folder, 'stranger', 'pump-1');
    writeFileSync(at('accounts.yaml'), '- user: pump-1\n  publish: ["twin/%u/#"]\n');
    return () => rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    copyFileSync(at('first.pem'), at('broker.pem'));
    copyFileSync(at('first.key'), at('broker.key'));
    clock = new ManualClock(1_000_000);
  });
  afterEach(() => running.stop());

  const start = async (options: { caFile?: string; accountsFile?: string; connectTimeoutMs?: number } = {}) => {
    const { caFile, ...rest } = options;
    const files = { certFile: at('broker.pem'), keyFile: at('broker.key'), ...(caFile !== undefined && { caFile }) };
    running = await RunningBroker.start({ tls: { host: '127.0.0.1', port: 0, ...files }, ...rest }, clock);
  };
  const ca = () => readFileSync(at('ca.pem'));

  /** The name in the certificate that the broker shows now. */
  async function shownName(): Promise<unknown> {
    const socket: TLSSocket = connectTls({ port: running.broker.tlsPort as number, host: '127.0.0.1', ca: ca() });
    await once(socket, 'secureConnect');
    const name = socket.getPeerCertificate().subject.CN;
    socket.destroy();
    return name;
  }

  test('a client that knows the authority publishes as on the plain one, under the same limits', async () => {
    await start();
    const client = await running.client({ protocol: 'mqtts', ca: ca() });
    await client.publishAsync('twin/a/x', '1', { qos: 1 });
    expect(running.intake.values).toEqual([1]);
    const gone = closed(client);
    client.stream.write(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f));
    await gone;
    expect(running.intake.kinds).toEqual(['packet-too-large']);
  });

  test('a renewed certificate is shown to who comes next, and who is connected stays', async () => {
    await start();
    const client = await running.client({ protocol: 'mqtts', ca: ca() });
    expect(await shownName()).toBe('broker one');
    copyFileSync(at('second.pem'), at('broker.pem'));
    clock.advance(WATCH_PERIOD_MS);
    expect(running.intake.issues).toMatchObject([{ kind: 'tls-files' }]);
    expect(await shownName()).toBe('broker one');
    copyFileSync(at('second.key'), at('broker.key'));
    clock.advance(WATCH_PERIOD_MS);
    expect(await shownName()).toBe('broker two');
    await client.publishAsync('twin/a/x', '1', { qos: 1 });
  });

  test('with an authority for clients, the name in their certificate is their user', async () => {
    await start({ caFile: at('ca.pem'), accountsFile: at('accounts.yaml') });
    const own = { key: readFileSync(at('pump.key')), cert: readFileSync(at('pump.pem')) };
    const client = await running.client({ protocol: 'mqtts', ca: ca(), ...own });
    await client.publishAsync('twin/pump-1/x', '1', { qos: 1 });
    const gone = closed(client);
    client.publish('twin/pump-2/x', '1', { qos: 1 });
    await gone;
    expect(running.intake.kinds).toEqual(['publish-denied']);
    const unknown = { key: readFileSync(at('second.key')), cert: readFileSync(at('second.pem')) };
    await expect(running.client({ protocol: 'mqtts', ca: ca(), ...unknown })).rejects.toThrow(/Bad username/);
  });

  test('who has no certificate of it, or one that it did not sign, does not get as far as MQTT', async () => {
    await start({ caFile: at('ca.pem') });
    await expect(running.client({ protocol: 'mqtts', ca: ca() })).rejects.toThrow();
    const foreign = { key: readFileSync(at('stranger.key')), cert: readFileSync(at('stranger.pem')) };
    await expect(running.client({ protocol: 'mqtts', ca: ca(), ...foreign })).rejects.toThrow();
    await running.intake.until(() => running.intake.issues.length >= 2);
    expect(new Set(running.intake.kinds)).toEqual(new Set(['tls']));
  });

  test('who connects and says nothing is closed, before and after the handshake', async () => {
    await start({ connectTimeoutMs: 50 });
    const port = running.broker.tlsPort as number;
    await closed(await running.socket(port));
    const socket = connectTls({ port, host: '127.0.0.1', ca: ca() });
    socket.resume().on('error', () => {
      // Closed by the broker, as expected.
    });
    await closed(socket);
    expect(running.metrics.mqttRefused).toBe(2);
  });

  test('a key that does not belong to the certificate stops the start and is named', async () => {
    await start();
    const tls = { host: '127.0.0.1', port: 0, certFile: at('first.pem'), keyFile: at('second.key') };
    await expect(new RunningBroker({ tls }).broker.start()).rejects.toMatchObject({
      expected: true,
      message: expect.stringMatching(/^mqtt-tls-cert-file: .*first\.pem and .*second\.key are not a certificate/),
    });
    await expect(new RunningBroker({ tls: { ...tls, certFile: at('gone.pem') } }).broker.start()).rejects.toThrow(
      /gone\.pem" does not exist/,
    );
  });

  test.skipIf(!hasMosquitto)(
    'mosquitto_pub comes in with --cafile, --cert and --key (needs mosquitto_pub)',
    async () => {
      await start({ caFile: at('ca.pem'), accountsFile: at('accounts.yaml') });
      const files = ['--cafile', at('ca.pem'), '--cert', at('pump.pem'), '--key', at('pump.key')];
      const to = ['-h', '127.0.0.1', '-p', String(running.broker.tlsPort), '-q', '1', '-t', 'twin/pump-1/x', '-m', '5'];
      const [code] = await once(spawn('mosquitto_pub', [...to, ...files]), 'exit');
      expect([code, running.intake.values]).toEqual([0, [5]]);
    },
  );
});
