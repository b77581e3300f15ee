import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { expect, test } from 'vitest';
import { systemClock } from '#devices/time/clock.ts';
import { decodeFrame, LIVE_PROTOCOL } from '#devices/wire/frame.ts';
import { type Config, readConfig } from '../config.ts';
import { influxd2, startInflux2 } from '../historian/influx/testing/influx-server.ts';
import { IngestService } from '../service/ingest-service.ts';
import { IllInflux } from './ill-influx.ts';

const found = influxd2();
const missing = 'missing' in found ? ` (${found.missing})` : '';
const PATIENCE = { timeout: 30_000 };
/** The process answers whatever the database does. */
const ALIVE = { ok: true, product: 'yiping', live: LIVE_PROTOCOL };

test.skipIf(missing !== '')(
  `Without the database questions about the past say why they wait, everything else goes on, and afterwards nothing is missing${missing}`,
  async () => {
    await using stack = new AsyncDisposableStack();
    const folder = mkdtempSync(join(tmpdir(), 'yiping-away-'));
    stack.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    const server = await startInflux2((found as { path: string }).path);
    stack.defer(server.stop);
    const between = stack.use(new IllInflux(server.url));
    await between.start();
    const { org, bucket, token = '' } = await server.createPlace();
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, token);
    const ports = ['--http-port', '0', '--mqtt-port', '0', '--opcua-port', '0'];
    const influx = ['--influx-url', between.url, '--influx-org', org, '--influx-bucket', bucket];
    const argv = [
      '--no-fleet',
      ...ports,
      ...influx,
      '--influx-token-file',
      tokenFile,
      '--data-dir',
      join(folder, 'data'),
    ];
    const config = readConfig({ argv, environment: {}, workingDir: folder }) as Config;
    const service = new IngestService(config, systemClock, () => {});
    const { url, mqttPort } = await service.start();
    stack.defer(() => service.stop());

    const ask = async (path: string) => {
      const answer = await fetch(`${url}${path}`);
      return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
    };
    const values = async (path: string) => {
      const { status, json } = await ask(path);
      const observations = (json.observations ?? []) as { result: number }[];
      return { status, values: observations.map(({ result }) => result), incomplete: json.incomplete };
    };
    const past = () => `/api/v1/state?at=${encodeURIComponent(new Date().toISOString())}`;
    const metrics = async () => {
      const text = await (await fetch(`${url}/metrics`)).text();
      const metric = (name: string) => Number(new RegExp(`^yiping_${name} (\\S+)$`, 'm').exec(text)?.[1]);
      return { away: metric('history_away'), lag: metric('history_lag_observations') };
    };
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${mqttPort}`);
    stack.defer(() => client.endAsync());
    const say = (value: number) => client.publishAsync('twin/pump/level', String(value), { qos: 1 });
    const seen = watchLive(url, stack);

    await say(1);
    await expect.poll(() => values(past()), PATIENCE).toEqual({ status: 200, values: [1], incomplete: undefined });
    const ready = await ask('/readyz');
    expect(ready.json.checks).toMatchObject({ journal: true, broker: true });

    await server.kill();
    await say(2);
    await expect.poll(metrics, PATIENCE).toEqual({ away: 1, lag: 1 });
    const { status, json } = await ask(past());
    expect([status, json.error]).toEqual([503, 'history-away']);
    expect(json.message).toMatch(
      /^History is away: InfluxDB at \S+ does not answer \(.+\); start it, or correct influx-url\. What is received meanwhile is kept/,
    );
    expect(await values('/api/v1/state')).toEqual({ status: 200, values: [2], incomplete: undefined });
    await expect.poll(() => seen.at(-1), PATIENCE).toBe(2);
    expect(await ask('/readyz')).toEqual(ready);
    expect((await ask('/healthz')).json).toEqual(ALIVE);

    await server.start();
    await expect.poll(() => values(past()), PATIENCE).toEqual({ status: 200, values: [2], incomplete: undefined });
    expect(await metrics()).toEqual({ away: 0, lag: 0 });

    between.fallIll('full-disk');
    await say(3);
    await expect.poll(metrics, PATIENCE).toEqual({ away: 1, lag: 1 });
    const { incomplete, ...older } = await values(past());
    expect(older).toEqual({ status: 200, values: [2] });
    expect(incomplete).toMatchObject({ observations: 1, reason: expect.stringMatching(/no space left on device/) });
    await expect.poll(() => seen.at(-1), PATIENCE).toBe(3);

    between.recover();
    await expect.poll(() => values(past()), PATIENCE).toEqual({ status: 200, values: [3], incomplete: undefined });
    expect(await metrics()).toEqual({ away: 0, lag: 0 });
  },
);

/** What a viewer of everything is shown, oldest first. */
function watchLive(url: string, stack: AsyncDisposableStack): number[] {
  const seen: number[] = [];
  const socket = new WebSocket(`${url.replace('http', 'ws')}/live`, LIVE_PROTOCOL);
  stack.defer(() => socket.close());
  socket.binaryType = 'arraybuffer';
  const say = (message: object) => socket.send(JSON.stringify(message));
  socket.addEventListener('open', () => say({ type: 'subscribe', datastreams: 'all' }));
  socket.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') return;
    const { kind, sequence, batch } = decodeFrame(data as ArrayBuffer);
    if (kind === 'heartbeat') return;
    seen.push(...batch.value);
    say({ type: 'acknowledge', sequence });
  });
  return seen;
}
