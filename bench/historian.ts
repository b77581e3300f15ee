import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { influxDb } from './historians/influx-db.ts';
import { ours } from './historians/ours.ts';
import type { Peer, Readings } from './historians/peer.ts';
import { victoriaMetrics } from './historians/victoria-metrics.ts';
import type { Bench } from './main.ts';
import { percentile } from './record.ts';

const T0 = Date.UTC(2026, 0, 1);
/** Each datastream speaks every two seconds. */
const PER_SECOND = 5_000;
const TRIAL_ROWS = 200_000;
const QUERIES_A_ROUND = 5;

/**
 * `-- historian --million 12 --rounds 5 --datastreams 10000`: ours, VictoriaMetrics and InfluxDB take the same readings, a
 * share of them each round, one after another; then each tells the newest value of every datastream at past moments, the
 * same for all; then what they take on disk. Peers are sent their lines ready made, and their answers are not parsed.
 */
export const run: Bench = async (args) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      million: { type: 'string', default: '12' },
      rounds: { type: 'string', default: '5' },
      datastreams: { type: 'string', default: '10000' },
    },
  });
  const rounds = Number(values.rounds);
  const datastreams = Number(values.datastreams);
  const roundRows = Math.round((Number(values.million) * 1e6) / rounds);
  const folder = mkdtempSync(join(tmpdir(), 'yiping-bench-historian-'));
  const trials = new City(datastreams, T0 - 30 * 86_400_000);
  const own = join(folder, 'ours');
  mkdirSync(own);
  const peers = [
    await ours(own),
    await victoriaMetrics(join(folder, 'victoria'), () => trials.next(TRIAL_ROWS)),
    await influxDb(join(folder, 'influx'), () => trials.next(TRIAL_ROWS)),
  ];
  const city = new City(datastreams, T0);
  try {
    const appends = await measureAppends(peers, city, rounds, roundRows);
    const queries = await measureQueries(peers, T0, city.now, rounds);
    const total = rounds * roundRows;
    const disk = await measureDisk(peers, total, trials.count / (peers.length - 1));
    return {
      observations: total,
      datastreams,
      rounds,
      how: Object.fromEntries(peers.map(({ name, how }) => [name, how])),
      appendPerSecond: appends.perSecond,
      appendCpuSecondsPerMillion: appends.cpu,
      appendOursAgainst: ratios(peers, appends.ms),
      newestAtMs: Object.fromEntries(peers.map(({ name }, i) => [name, spread(queries[i] as number[])])),
      newestAtOursAgainst: ratios(peers, queries),
      bytesPerObservation: disk,
    };
  } finally {
    for (const peer of peers) await peer.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Readings of a city whose values wander in tenths; deterministic. */
class City {
  readonly #values: Float64Array;
  readonly #start: number;
  #count = 0;
  #seed = 1;

  constructor(datastreams: number, start: number) {
    this.#values = Float64Array.from({ length: datastreams }, () => Math.round(this.#random() * 1_000) / 10);
    this.#start = start;
  }

  /** Readings given so far. */
  get count(): number {
    return this.#count;
  }

  /** The time of the next reading. */
  get now(): number {
    return this.#start + (this.#count * 1_000) / PER_SECOND;
  }

  next(rows: number): Readings {
    const readings = {
      index: new Uint32Array(rows),
      time: new Float64Array(rows),
      value: new Float64Array(rows),
      receivedTime: new Float64Array(rows),
    };
    const { length } = this.#values;
    for (let i = 0; i < rows; i++) {
      const index = (this.#count * 7_919) % length;
      const value = Math.round(((this.#values[index] as number) + this.#random() - 0.5) * 10) / 10;
      this.#values[index] = value;
      readings.index[i] = index;
      readings.value[i] = value;
      readings.receivedTime[i] = Math.floor(this.now);
      // On its way for up to 200 ms.
      readings.time[i] = Math.floor(this.now - this.#random() * 200);
      this.#count++;
    }
    return readings;
  }

  #random(): number {
    this.#seed = (Math.imul(this.#seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return this.#seed / 0x7fffffff;
  }
}

async function measureAppends(peers: readonly Peer[], city: City, rounds: number, rows: number) {
  const ms: number[][] = peers.map(() => []);
  const cpu: number[] = peers.map(() => 0);
  for (let round = 0; round < rounds; round++) {
    const readings = city.next(rows);
    for (const [i, peer] of peers.entries()) {
      const write = await peer.prepare(readings);
      const before = peer.cpuSeconds();
      const started = performance.now();
      await write();
      ms[i]?.push(performance.now() - started);
      await peer.flush();
      cpu[i] = (cpu[i] as number) + peer.cpuSeconds() - before;
    }
    console.log(
      `append ${round + 1}/${rounds}: ${peers.map(({ name }, i) => `${name} ${ms[i]?.at(-1)?.toFixed(0)} ms`).join(', ')}`,
    );
  }
  const byName = <T>(of: (i: number) => T) => Object.fromEntries(peers.map(({ name }, i) => [name, of(i)]));
  return {
    ms,
    perSecond: byName((i) => Math.round((rows * 1_000) / percentile([...(ms[i] as number[])].sort(ascending), 0.5))),
    cpu: byName((i) => Number(((cpu[i] as number) / ((rounds * rows) / 1e6)).toFixed(2))),
  };
}

/** Moments all over the history but its first minute, another for each question, the same for all. */
async function measureQueries(peers: readonly Peer[], from: number, to: number, rounds: number): Promise<number[][]> {
  const ms: number[][] = peers.map(() => []);
  const moments = Array.from({ length: rounds * QUERIES_A_ROUND }, (_, i) => {
    const share = ((i * 0.618_034) % 1) * 0.98 + 0.01;
    return Math.round(Math.max(from + 60_000, from + (to - from) * share));
  });
  for (const peer of peers) await peer.newestAt(moments[0] as number);
  for (const at of moments) {
    for (const [i, peer] of peers.entries()) {
      const started = performance.now();
      const { datastreams, bytes } = await peer.newestAt(at);
      ms[i]?.push(performance.now() - started);
      if (datastreams === 0 || bytes === 0) throw new Error(`${peer.name} knows nothing at ${at}`);
    }
  }
  return ms;
}

/** The peers also hold the `trials` that found their quickest way. */
async function measureDisk(peers: readonly Peer[], observations: number, trials: number) {
  const disk: Record<string, Record<string, number>> = {};
  for (const [i, peer] of peers.entries()) {
    const stored = i === 0 ? observations : observations + trials;
    const bytes = Object.entries(await peer.settledBytes());
    disk[peer.name] = Object.fromEntries(bytes.map(([what, each]) => [what, Number((each / stored).toFixed(2))]));
  }
  return disk;
}

/** How many times quicker ours is than each peer, measured side by side: median, least and greatest. */
function ratios(peers: readonly Peer[], ms: readonly number[][]) {
  const [own = []] = ms;
  return Object.fromEntries(
    peers
      .slice(1)
      .map(({ name }, i) => [name, spread((ms[i + 1] as number[]).map((each, k) => each / (own[k] as number)))]),
  );
}

function spread(values: readonly number[]): { median: number; least: number; greatest: number } {
  const sorted = [...values].sort(ascending);
  const at = (p: number) => Number(percentile(sorted, p).toFixed(2));
  return { median: at(0.5), least: at(0), greatest: at(1) };
}

const ascending = (a: number, b: number): number => a - b;
