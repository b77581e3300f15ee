import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '#ingest/service/free-port.ts';
import { temporaryDataDir } from '../../e2e/product.ts';
import { peerProgram } from '../peer-program.ts';
import type { InfluxServer } from './influx-server.ts';
import type { Stack } from './stack.ts';

/** What users would otherwise run: mosquitto 2.0 → Telegraf 1.37 → InfluxDB 2.7, persistence on everywhere. */
export async function startTelegrafStack(influx: InfluxServer): Promise<Stack> {
  const folder = temporaryDataDir();
  const mqttPort = await freePort('127.0.0.1', 0);
  const mosquitto = await startMosquitto(folder.path, mqttPort);
  const bucket = await influx.createBucket();
  const config = join(folder.path, 'telegraf.conf');
  writeFileSync(config, telegrafConfig(mqttPort, influx, bucket));
  let telegraf = await startTelegraf(config);
  return {
    name: 'mosquitto → Telegraf → InfluxDB 2',
    mqttPort,
    pids: () => [mosquitto.pid, telegraf.pid, influx.pid].map(Number),
    count: () => influx.count(bucket, 'mqtt_consumer'),
    numbers: () => influx.numbers(bucket, 'mqtt_consumer'),
    async killAndRestart() {
      const exited = once(telegraf, 'exit');
      telegraf.kill('SIGKILL');
      await exited;
      telegraf = await startTelegraf(config);
    },
    async stop() {
      for (const child of [telegraf, mosquitto]) {
        const exited = once(child, 'exit');
        child.kill('SIGTERM');
        await exited;
      }
      await influx.dropBucket(bucket);
      folder.remove();
    },
  };
}

export async function startMosquitto(folder: string, port: number): Promise<ChildProcess> {
  const data = join(folder, 'mosquitto');
  mkdirSync(data, { recursive: true });
  const config = join(folder, 'mosquitto.conf');
  writeFileSync(
    config,
    `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location ${data}/\n` +
      `max_queued_messages 0\nmax_inflight_messages 0\n${process.getuid?.() === 0 ? 'user root\n' : ''}`,
  );
  const child = spawn('/usr/sbin/mosquitto', ['-c', config], { stdio: 'ignore' });
  await delay(500);
  return child;
}

async function startTelegraf(config: string): Promise<ChildProcess> {
  const child = spawn(peerProgram('telegraf'), ['--config', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  // It says so when it has subscribed; a publisher that is earlier is lost to nobody, but not counted either.
  await new Promise<void>((resolve) => {
    child.stderr?.on('data', (chunk) => {
      if (String(chunk).includes('Connected [tcp://')) resolve();
    });
  });
  return child;
}

function telegrafConfig(mqttPort: number, influx: InfluxServer, bucket: string): string {
  return `
[agent]
  interval = "1s"
  flush_interval = "1s"
  metric_batch_size = 5000
  metric_buffer_limit = 1000000
  omit_hostname = true
[[inputs.mqtt_consumer]]
  servers = ["tcp://127.0.0.1:${mqttPort}"]
  topics = ["twin/+/+"]
  qos = 1
  persistent_session = true
  client_id = "telegraf"
  max_undelivered_messages = 100000
  topic_tag = ""
  data_format = "json_v2"
  [[inputs.mqtt_consumer.topic_parsing]]
    topic = "twin/+/+"
    tags = "_/thing/property"
  [[inputs.mqtt_consumer.json_v2]]
    timestamp_path = "time"
    timestamp_format = "unix_ms"
    [[inputs.mqtt_consumer.json_v2.field]]
      path = "value"
      type = "float"
[[outputs.influxdb_v2]]
  urls = ["${influx.url}"]
  token = "${influx.token}"
  organization = "${influx.org}"
  bucket = "${bucket}"
`;
}
