import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mqtt, { type IClientOptions } from 'mqtt';
import { describe, expect, test } from 'vitest';
import { systemClock } from '#devices/time/clock.ts';
import { createIngestMetrics } from '../../pipeline/ingest-metrics.ts';
import { freePort } from '../../service/free-port.ts';
import { MqttBroker } from '../mqtt-broker/mqtt-broker.ts';
import type { MqttClientOptions } from './mqtt-client-source.ts';
import { HeldIntake } from './testing/held-intake.ts';
import { hasMosquitto, Mosquitto } from './testing/mosquitto.ts';
import { ScriptedBroker } from './testing/scripted-broker.ts';
import { startClient } from './testing/start-client.ts';

type Options = Partial<MqttClientOptions> & { readonly url?: string };

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** The first thing that is told of a connection. */
async function told(port: number, options: Options = {}): Promise<string> {
  const intake = new HeldIntake();
  await using _ = await startClient(intake, port, options);
  await intake.until(() => intake.issues.length > 0);
  expect(intake.kinds[0]).toBe('mqtt-broker-away');
  return intake.issues[0]?.reason ?? '';
}

/** Registers a Thing, for as long as the broker stands. */
async function tell(url: string, options: IClientOptions): Promise<void> {
  const sender = await mqtt.connectAsync(url, options);
  const meta = '{"name":{"zh":"泵","en":"Pump"},"type":"pump","properties":{}}';
  await sender.publishAsync('twin/a/$meta', meta, { qos: 1, retain: true });
  await sender.endAsync();
}

test('a port where nothing listens, and a host that nobody knows, are told apart', async () => {
  const port = await freePort('127.0.0.1', 0);
  expect(await told(port)).toContain(`mqtt://127.0.0.1:${port}: nothing listens on 127.0.0.1 port ${port}`);
  expect(await told(0, { url: 'mqtt://nobody.invalid' })).toMatch(/nobody\.invalid/);
});

test('a broker that speaks MQTT 3.1.1 only is told with the setting to change', async () => {
  const parts = { intake: new HeldIntake(), metrics: createIngestMetrics(), clock: systemClock };
  const broker = new MqttBroker({ host: '127.0.0.1', port: 0 }, parts);
  await broker.start();
  expect(await told(broker.port, { version: '5' })).toMatch(
    /does not speak MQTT 5; set mqtt-broker-version to 3\.1\.1/,
  );
  await broker.stop();
});

test('of two processes with one client id the first learns that the other took its place', async () => {
  const broker = new ScriptedBroker(5);
  await broker.start();
  broker.isPolite = true;
  const intake = new HeldIntake();
  await using _ = await startClient(intake, broker.port, { clientId: 'same' });
  await broker.until(() => broker.received.some(({ cmd }) => cmd === 'subscribe'));
  broker.send({ cmd: 'disconnect', reasonCode: 142 });
  await intake.until(() => intake.issues.length > 0);
  expect(intake.issues[0]?.reason).toMatch(/another client connected with the same client id same; give each process/);
  await broker.stop();
});

test('a subscription that is refused is told with its filter', async () => {
  const broker = new ScriptedBroker(5);
  await broker.start();
  broker.isPolite = false;
  const intake = new HeldIntake();
  await using _ = await startClient(intake, broker.port, { user: 'ada', topics: ['twin/a/#', 'twin/b/#'] });
  await broker.until(() => broker.received.length === 1);
  broker.send({ cmd: 'connack', sessionPresent: false, reasonCode: 0 });
  await broker.until(() => broker.received.length === 2);
  broker.send({ cmd: 'suback', messageId: 1, granted: [1, 135] });
  await intake.until(() => intake.issues.length > 0);
  expect(intake.issues[0]).toMatchObject({ kind: 'mqtt-not-subscribed' });
  expect(intake.issues[0]?.reason).toMatch(/twin\/b\/#: the broker does not let the user ada subscribe/);
  await broker.stop();
});

describe.skipIf(!hasMosquitto).each(['3.1.1', '5'] as const)('at mosquitto, MQTT %s (needs mosquitto)', (version) => {
  test('a wrong password lets nobody in, and the right one does', async () => {
    await using broker = new Mosquitto();
    const passwords = join(broker.dir, 'passwords');
    execFileSync('mosquitto_passwd', ['-b', '-c', passwords, 'ada', 'right']);
    await broker.start(['allow_anonymous false', 'password_file DIR/passwords']);
    expect(await told(broker.port, { version, user: 'ada', password: 'wrong' })).toMatch(/user.* ada.*password/);
    expect(await told(broker.port, { version })).toMatch(/without a user name|no user name was given/);
    const intake = new HeldIntake();
    await using _ = await startClient(intake, broker.port, { version, user: 'ada', password: 'right' });
    await tell(`mqtt://127.0.0.1:${broker.port}`, { username: 'ada', password: 'right' });
    await intake.until(() => intake.things.length > 0);
    expect(intake.issues).toEqual([]);
  });
});

describe.skipIf(!hasMosquitto || !hasOpenssl)('over TLS (needs mosquitto and openssl)', () => {
  const openssl = (cwd: string, ...args: string[]) => execFileSync('openssl', args, { cwd, stdio: 'ignore' });

  /** Makes an authority, and `NAME.crt` with `NAME.key` signed by it. */
  function certify(dir: string, name: string, subjectAltName: string, days = '7'): void {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    if (name === 'ca') {
      openssl(
        dir,
        'req',
        '-x509',
        ...key,
        '-keyout',
        'ca.key',
        '-out',
        'ca.crt',
        '-subj',
        '/CN=test authority',
        '-days',
        days,
      );
      return;
    }
    openssl(dir, 'req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    writeFileSync(join(dir, `${name}.ext`), `subjectAltName=${subjectAltName}\n`);
    const signed = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', days, '-extfile', `${name}.ext`];
    openssl(dir, 'x509', '-req', '-in', `${name}.csr`, '-out', `${name}.crt`, ...signed);
  }

  async function startTls(broker: Mosquitto, certificate: string, more: readonly string[] = []): Promise<void> {
    const files = ['cafile DIR/ca.crt', `certfile DIR/${certificate}.crt`, `keyfile DIR/${certificate}.key`];
    await broker.start([...files, 'allow_anonymous true', ...more]);
  }

  const pem = (broker: Mosquitto, file: string) => readFileSync(join(broker.dir, file), 'utf8');

  test('a broker whose certificate is made out to it and signed by our authority is read; the others are told apart', async () => {
    await using broker = new Mosquitto();
    certify(broker.dir, 'ca', '');
    certify(broker.dir, 'good', 'DNS:localhost,IP:127.0.0.1');
    certify(broker.dir, 'elsewhere', 'DNS:elsewhere.example');
    const ca = pem(broker, 'ca.crt');
    await startTls(broker, 'good');
    const url = `mqtts://localhost:${broker.port}`;
    const intake = new HeldIntake();
    const client = await startClient(intake, 0, { url, tls: { ca } });
    await tell(url, { ca });
    await intake.until(() => intake.things.length > 0);
    expect(intake.issues).toEqual([]);
    await client.kill();

    expect(await told(0, { url })).toMatch(/not signed by an authority that we trust; set mqtt-broker-ca-file/);
    expect(await told(0, { url: `mqtt://localhost:${broker.port}` })).toMatch(/closed by localhost|not MQTT/);
    await broker.stop();
    await startTls(broker, 'elsewhere');
    const other = `mqtts://localhost:${broker.port}`;
    expect(await told(0, { url: other, tls: { ca } })).toMatch(/not made out to localhost/);
    await broker.stop();
    await broker.start();
    expect(await told(0, { url: `mqtts://localhost:${broker.port}`, tls: { ca } })).toMatch(/TLS|closed by/);
  });

  test('a certificate that has expired is told as that', async () => {
    await using broker = new Mosquitto();
    certify(broker.dir, 'ca', '');
    certify(broker.dir, 'old', 'DNS:localhost', '0');
    await startTls(broker, 'old');
    const options = { url: `mqtts://localhost:${broker.port}`, tls: { ca: pem(broker, 'ca.crt') } };
    expect(await told(0, options)).toMatch(/has expired; renew it/);
  });

  test('a broker that wants a client certificate is read with one and told without', async () => {
    await using broker = new Mosquitto();
    certify(broker.dir, 'ca', '');
    certify(broker.dir, 'good', 'DNS:localhost');
    certify(broker.dir, 'ours', 'DNS:ours');
    const ca = pem(broker, 'ca.crt');
    await startTls(broker, 'good', ['require_certificate true', 'use_identity_as_username true']);
    const url = `mqtts://localhost:${broker.port}`;
    expect(await told(0, { url, tls: { ca } })).toMatch(/client certificate; set mqtt-broker-cert-file/);
    const strangers = { ca, cert: pem(broker, 'ours.crt'), key: pem(broker, 'good.key') };
    expect(await told(0, { url, tls: strangers })).toMatch(/cannot be used.*the key that belongs to the certificate/);
    const intake = new HeldIntake();
    const tls = { ca, cert: pem(broker, 'ours.crt'), key: pem(broker, 'ours.key') };
    await using client = await startClient(intake, 0, { url, tls });
    await tell(url, tls);
    await intake.until(() => intake.things.length > 0);
    expect(client.metrics.mqttExternalReconnects).toBe(0);
  });
});
