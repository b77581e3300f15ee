import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { InfluxTarget } from '../influx-target.ts';

const ROOT = resolve(import.meta.dirname, '..', '..', '..', '..');
const DEBIANS = '/usr/bin/influxd';
const ADMIN = { username: 'admin', password: 'password123' };
const ORG = 'yiping';
const TOKEN = 'all-access-token';
const LOGIN = `${ADMIN.username}:${ADMIN.password}`;

/** A real server, and how to make places in it. */
export interface InfluxServer {
  readonly url: string;
  /** A new empty bucket or database, with a token for all of it; what is older than its retention is refused. */
  createPlace(retentionHours?: number): Promise<InfluxTarget>;
  /** A token that may only read, or only write, the place. */
  tokenFor(place: InfluxTarget, right: 'read' | 'write'): Promise<string>;
  /** Ends it as a power cut would; `start` starts it again on the same port with the same data. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Stands still, its connections open, as a machine does that is out of memory; `thaw` lets it go on. */
  freeze(): void;
  thaw(): void;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

export type Found = { readonly path: string } | { readonly missing: string };

/** Where InfluxDB 2 is, unpacked; or why there is none. */
export function influxd2(): Found {
  return sharedProgram('influxd', 'YIPING_TEST_INFLUXD2');
}

/** The same for InfluxDB 1. */
export function influxd1(): Found {
  return existsSync(DEBIANS) ? { path: DEBIANS } : { missing: 'needs InfluxDB 1: Debian package influxdb' };
}

/** The same for VictoriaMetrics, which takes Influx writes and is no InfluxDB. */
export function victoriaMetrics(): Found {
  return sharedProgram('victoria-metrics', 'YIPING_TEST_VICTORIA_METRICS');
}

function sharedProgram(name: string, variable: string): Found {
  const given = process.env[variable];
  if (given !== undefined) return existsSync(given) ? { path: given } : { missing: `no file ${given}` };
  const data = process.env.YIPING_TEST_DATA;
  const packed = join(data === undefined ? join(ROOT, '..', 'shared') : join(data, '..'), 'bin', `${name}.xz`);
  if (!existsSync(packed)) return { missing: `needs ${name}: set ${variable} to the program` };
  const path = join(ROOT, '.cache', `${name}-${statSync(packed).size}`);
  return existsSync(path) || unpack(packed, path) ? { path } : { missing: `needs xz to unpack ${packed}` };
}

function unpack(packed: string, path: string): boolean {
  mkdirSync(join(path, '..'), { recursive: true });
  // Tests run side by side: each unpacks for itself, and the last one stays.
  const own = `${path}.${process.pid}`;
  const run = spawnSync('sh', ['-c', 'xz -dc "$0" > "$1"', packed, own]);
  if (run.status === 0) {
    chmodSync(own, 0o755);
    renameSync(own, path);
  } else {
    rmSync(own, { force: true });
  }
  return run.status === 0;
}

export async function startVictoriaMetrics(path: string): Promise<Pick<InfluxServer, 'url' | 'stop'>> {
  const folder = mkdtempSync(join(tmpdir(), 'yiping-vm-'));
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const server = new Process(
    path,
    [`-storageDataPath=${folder}`, `-httpListenAddr=127.0.0.1:${port}`],
    folder,
    `${url}/health`,
  );
  await server.start();
  return { url, stop: () => server.stop() };
}

export async function startInflux2(path: string): Promise<InfluxServer> {
  const folder = mkdtempSync(join(tmpdir(), 'yiping-influxd2-'));
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const files = ['--bolt-path', join(folder, 'bolt'), '--sqlite-path', join(folder, 'sqlite'), '--engine-path', folder];
  const server = new Process(
    path,
    [...files, '--http-bind-address', `127.0.0.1:${port}`, '--reporting-disabled'],
    folder,
    `${url}/health`,
  );
  await server.start();
  const ask = (path: string, body?: unknown) =>
    askJson(`${url}${path}`, {
      headers: { authorization: `Token ${TOKEN}` },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    });
  const made = await ask('/api/v2/setup', { ...ADMIN, org: ORG, bucket: 'first', token: TOKEN });
  const orgID = (made.org as { id: string }).id;
  let places = 0;
  return server.with({
    url,
    async createPlace(retentionHours) {
      const bucket = `place ${++places}`;
      const retention = { type: 'expire', everySeconds: (retentionHours ?? 0) * 3600 };
      await ask('/api/v2/buckets', { orgID, name: bucket, retentionRules: [retention] });
      return { url, org: ORG, bucket, token: TOKEN };
    },
    async tokenFor({ bucket }, action) {
      const found = await ask(`/api/v2/buckets?name=${encodeURIComponent(bucket)}`);
      const { id } = (found.buckets as { id: string }[])[0] as { id: string };
      const permissions = [{ action, resource: { type: 'buckets', id, orgID } }];
      return (await ask('/api/v2/authorizations', { orgID, permissions })).token as string;
    },
  });
}

/** With logins, so that users stand for tokens; without, it takes any. */
export async function startInflux1(path: string, hasLogins = true): Promise<InfluxServer> {
  const folder = mkdtempSync(join(tmpdir(), 'yiping-influxd1-'));
  const [port, rpcPort] = await freePorts(2);
  const url = `http://127.0.0.1:${port}`;
  const config = join(folder, 'influxdb.conf');
  writeFileSync(
    config,
    `reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"
[meta]
dir = "${folder}/meta"
[data]
dir = "${folder}/data"
wal-dir = "${folder}/wal"
query-log-enabled = false
[monitor]
store-enabled = false
[http]
bind-address = "127.0.0.1:${port}"
auth-enabled = ${hasLogins}
log-enabled = false
`,
  );
  const server = new Process(path, ['-config', config], folder, `${url}/ping`);
  await server.start();
  const ask = async (q: string) => {
    const headers = { authorization: `Basic ${Buffer.from(LOGIN).toString('base64')}` };
    const answer = await askJson(`${url}/query`, { method: 'POST', headers, body: new URLSearchParams({ q }) });
    if (JSON.stringify(answer).includes('error')) throw new Error(`${q}: ${JSON.stringify(answer)}`);
  };
  await ask(`CREATE USER "${ADMIN.username}" WITH PASSWORD '${ADMIN.password}' WITH ALL PRIVILEGES`);
  let places = 0;
  return server.with({
    url,
    async createPlace(retentionHours) {
      const bucket = `place ${++places}`;
      await ask(
        `CREATE DATABASE "${bucket}"${retentionHours === undefined ? '' : ` WITH DURATION ${retentionHours}h`}`,
      );
      return { url, org: '', bucket, token: LOGIN };
    },
    async tokenFor({ bucket }, right) {
      const user = `${bucket} ${right}`;
      await ask(`CREATE USER "${user}" WITH PASSWORD 'secret'`);
      await ask(`GRANT ${right.toUpperCase()} ON "${bucket}" TO "${user}"`);
      return `${user}:secret`;
    },
  });
}

class Process {
  readonly #path: string;
  readonly #args: readonly string[];
  readonly #folder: string;
  readonly #readyUrl: string;
  #child: ChildProcess | undefined;
  #ended: Promise<void> | undefined;

  constructor(path: string, args: readonly string[], folder: string, readyUrl: string) {
    this.#path = path;
    this.#args = args;
    this.#folder = folder;
    this.#readyUrl = readyUrl;
  }

  with(rest: Pick<InfluxServer, 'url' | 'createPlace' | 'tokenFor'>): InfluxServer {
    return {
      ...rest,
      start: () => this.start(),
      kill: () => this.kill(),
      freeze: () => this.#child?.kill('SIGSTOP'),
      thaw: () => this.#child?.kill('SIGCONT'),
      stop: () => this.stop(),
    };
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Resolves when it answers; at once where it runs. */
  async start(): Promise<void> {
    if (this.#child?.killed === false && this.#child.exitCode === null) return;
    await this.#ended;
    const child = spawn(this.#path, this.#args, { stdio: 'ignore', cwd: this.#folder, env: { HOME: this.#folder } });
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once('exit', () => resolve()));
    while (child.exitCode === null && child.signalCode === null) {
      const answer = await fetch(this.#readyUrl).catch(() => undefined);
      await answer?.arrayBuffer();
      if (answer?.ok === true) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`${this.#path} ${this.#args.join(' ')} ended with ${child.exitCode ?? child.signalCode}`);
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }
}

async function askJson(url: string, init: RequestInit): Promise<Record<string, unknown>> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

/** Free a moment ago, all at once so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    ports.push((server.address() as { port: number }).port);
  }
  for (const server of servers) await new Promise((closed) => server.close(closed));
  return ports;
}
