import { freePort } from '../../ingest/service/free-port.ts';
import { processUsage } from '../process-usage.ts';
import { LineWriter, lineBodies, quickestWay } from './line-writer.ts';
import type { Peer, Readings } from './peer.ts';
import { folderBytes, PeerServer, settled } from './peer-server.ts';

/** How far a query looks back, as for every peer. */
const LOOKBACK = '60s';

/** VictoriaMetrics, single node. `take` gives readings for trials. */
export async function victoriaMetrics(folder: string, take: () => Readings): Promise<Peer> {
  const port = await freePort('127.0.0.1', 0);
  const args = [`-storageDataPath=${folder}`, `-httpListenAddr=127.0.0.1:${port}`, '-retentionPeriod=100y'];
  const server = new PeerServer('victoria-metrics', [...args, '-loggerLevel=ERROR'], `http://127.0.0.1:${port}`);
  await server.ready('/health');
  const writer = new LineWriter(`${server.url}/api/v2/write?precision=ms`, {});
  const way = await quickestWay(writer, take);
  const ask = async (query: string, at: number): Promise<number> => {
    const parameters = new URLSearchParams({ query, time: String(at / 1000), nocache: '1', step: LOOKBACK });
    const answer = await fetch(`${server.url}/api/v1/query?${parameters}`);
    const body = await answer.arrayBuffer();
    if (!answer.ok)
      throw new Error(`VictoriaMetrics answered ${answer.status}: ${Buffer.from(body).toString().slice(0, 200)}`);
    return body.byteLength;
  };
  return {
    name: 'VictoriaMetrics 1.140',
    how: `line protocol at /api/v2/write, ${way.connections} connections${way.gzip ? ', gzip' : ''}; last_over_time(pm25_value[${LOOKBACK}]), not cached`,
    async prepare(readings) {
      const bodies = lineBodies(readings, way.gzip);
      return () => writer.write(bodies, way);
    },
    newestAt: async (at) => ({ bytes: await ask(`last_over_time(pm25_value[${LOOKBACK}])`, at) }),
    async flush() {
      await fetch(`${server.url}/internal/force_flush`);
    },
    async settledBytes() {
      await fetch(`${server.url}/internal/force_flush`);
      await fetch(`${server.url}/internal/force_merge`);
      return { 'after force_flush and force_merge': await settled(() => folderBytes(folder), 5_000, 60_000) };
    },
    cpuSeconds: () => processUsage(server.pid).cpuSeconds,
    async stop() {
      writer.close();
      await server.stop();
    },
  };
}
