import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../ingest/service/free-port.ts';
import { processUsage } from '../process-usage.ts';
import { LineWriter, lineBodies, quickestWay } from './line-writer.ts';
import type { Peer, Readings } from './peer.ts';
import { folderBytes, PeerServer, settled } from './peer-server.ts';

const LOOKBACK_MS = 60_000;
const TOKEN = { authorization: 'Token tok' };

/** InfluxDB 2.7. `take` gives readings for trials. */
export async function influxDb(folder: string, take: () => Readings): Promise<Peer> {
  const engine = join(folder, 'engine');
  const server = await startServer(folder, engine);
  const writer = new LineWriter(`${server.url}/api/v2/write?org=yiping&bucket=twin&precision=ms`, TOKEN);
  const way = await quickestWay(writer, take);
  const read = async (answer: Response): Promise<number> => {
    const body = await answer.arrayBuffer();
    if (!answer.ok)
      throw new Error(`InfluxDB answered ${answer.status}: ${Buffer.from(body).toString().slice(0, 200)}`);
    return body.byteLength;
  };
  return {
    name: 'InfluxDB 2.7',
    how: `line protocol at /api/v2/write, ${way.connections} connections${way.gzip ? ', gzip' : ''}; InfluxQL last(value) of 60 s, GROUP BY thing, as CSV`,
    async prepare(readings) {
      const bodies = lineBodies(readings, way.gzip);
      return () => writer.write(bodies, way);
    },
    async newestAt(at) {
      const range = `time > ${Math.round(at) - LOOKBACK_MS}ms AND time <= ${Math.round(at)}ms`;
      const q = `SELECT last(value) FROM pm25 WHERE ${range} GROUP BY thing`;
      const parameters = new URLSearchParams({ db: 'twin', q, epoch: 'ms' });
      return {
        bytes: await read(
          await fetch(`${server.url}/query?${parameters}`, { headers: { ...TOKEN, accept: 'application/csv' } }),
        ),
      };
    },
    flush: async () => {},
    async settledBytes() {
      // Cold shards write a snapshot and compact by themselves; the flags at the start make them cold after 10 s.
      const bytes = await settled(() => folderBytes(engine), 25_000, 180_000);
      const wal = folderBytes(join(engine, 'wal'));
      return { 'after the snapshot and the full compaction of cold shards': bytes, 'of it WAL': wal };
    },
    cpuSeconds: () => processUsage(server.pid).cpuSeconds,
    async stop() {
      writer.close();
      await server.stop();
    },
  };
}

async function startServer(folder: string, engine: string): Promise<PeerServer> {
  mkdirSync(folder, { recursive: true });
  const port = await freePort('127.0.0.1', 0);
  const server = new PeerServer(
    'influxd',
    [
      ...['--bolt-path', join(folder, 'b.db'), '--sqlite-path', join(folder, 's.db'), '--engine-path', engine],
      ...['--http-bind-address', `127.0.0.1:${port}`, '--reporting-disabled', '--log-level', 'error'],
      ...['--storage-cache-snapshot-write-cold-duration', '10s', '--storage-compact-full-write-cold-duration', '10s'],
    ],
    `http://127.0.0.1:${port}`,
  );
  await server.ready('/health');
  const account = { username: 'admin', password: 'password123', org: 'yiping', bucket: 'twin', token: 'tok' };
  const setUp = await fetch(`${server.url}/api/v2/setup`, { method: 'POST', body: JSON.stringify(account) });
  if (!setUp.ok) throw new Error(`InfluxDB: set-up answered ${setUp.status}`);
  return server;
}
