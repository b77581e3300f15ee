import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort } from '#ingest/service/free-port.ts';
import { temporaryDataDir } from '../../e2e/product.ts';
import type { InfluxServer } from './influx-server.ts';
import type { Stack } from './stack.ts';
import { startMosquitto } from './telegraf-stack.ts';

const INSTALLED = resolve('.cache', 'peers', 'node-red');
const PACKAGES = ['node-red@4.1.15', 'node-red-contrib-influxdb@0.7.0'];
const SETTINGS = `module.exports = { uiHost: '127.0.0.1', credentialSecret: false, logging: { console: { level: 'info' } } };`;

/** mosquitto → Node-RED (MQTT in, a function, InfluxDB batch) → InfluxDB 2.7: what is drawn in an afternoon. */
export async function startNodeRedStack(influx: InfluxServer): Promise<Stack> {
  install();
  const folder = temporaryDataDir();
  const mqttPort = await freePort('127.0.0.1', 0);
  const mosquitto = await startMosquitto(folder.path, mqttPort);
  const bucket = await influx.createBucket();
  writeFileSync(join(folder.path, 'settings.js'), SETTINGS);
  writeFileSync(join(folder.path, 'flows.json'), JSON.stringify(flow(mqttPort, influx, bucket)));
  writeFileSync(join(folder.path, 'flows_cred.json'), JSON.stringify({ influx: { token: influx.token } }));
  const start = async () => {
    const script = join(INSTALLED, 'node_modules', 'node-red', 'red.js');
    const args = [script, '--userDir', folder.path, '--settings', join(folder.path, 'settings.js')];
    const child = spawn(process.execPath, [...args, '--port', String(await freePort('127.0.0.1', 0)), 'flows.json'], {
      cwd: INSTALLED,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk) => {
        if (String(chunk).includes('Connected to broker')) resolve();
      });
    });
    return child;
  };
  let nodeRed = await start();
  return {
    name: 'mosquitto → Node-RED → InfluxDB 2',
    mqttPort,
    pids: () => [mosquitto.pid, nodeRed.pid, influx.pid].map(Number),
    count: () => influx.count(bucket, 'reading'),
    numbers: () => influx.numbers(bucket, 'reading'),
    async killAndRestart() {
      const exited = once(nodeRed, 'exit');
      nodeRed.kill('SIGKILL');
      await exited;
      nodeRed = await start();
    },
    async stop() {
      for (const child of [nodeRed, mosquitto]) {
        const exited = once(child, 'exit');
        child.kill('SIGTERM');
        await exited;
      }
      await influx.dropBucket(bucket);
      folder.remove();
    },
  };
}

function install(): void {
  if (existsSync(join(INSTALLED, 'node_modules', 'node-red'))) return;
  mkdirSync(INSTALLED, { recursive: true });
  const args = ['install', '--prefix', INSTALLED, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', [...args, ...PACKAGES], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`npm could not install ${PACKAGES.join(' and ')}`);
}

function flow(mqttPort: number, influx: InfluxServer, bucket: string): object[] {
  const toPoint = `const [, thing, property] = msg.topic.split('/');
    msg.payload = [{ measurement: 'reading', fields: { value: msg.payload.value }, tags: { thing, property },
      timestamp: new Date(msg.payload.time) }];
    return msg;`;
  return [
    { id: 'tab', type: 'tab', label: 'ingest' },
    {
      id: 'broker',
      type: 'mqtt-broker',
      broker: '127.0.0.1',
      port: String(mqttPort),
      clientid: 'node-red',
      autoConnect: true,
      protocolVersion: '4',
      keepalive: '60',
      cleansession: false,
    },
    {
      id: 'in',
      type: 'mqtt in',
      z: 'tab',
      topic: 'twin/+/+',
      qos: '1',
      datatype: 'json',
      broker: 'broker',
      inputs: 0,
      wires: [['point']],
    },
    { id: 'point', type: 'function', z: 'tab', func: toPoint, outputs: 1, libs: [], wires: [['out']] },
    {
      id: 'out',
      type: 'influxdb batch',
      z: 'tab',
      influxdb: 'influx',
      precisionV18FluxV20: 'ms',
      org: influx.org,
      bucket,
      wires: [],
    },
    {
      id: 'influx',
      type: 'influxdb',
      influxdbVersion: '2.0',
      url: influx.url,
      hostname: '127.0.0.1',
      rejectUnauthorized: false,
    },
  ];
}
