import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { HistoryArchive, UpkeepMetrics } from '../historian/history-archive.ts';
import type { LiveMetrics } from '../live/live-limits.ts';
import type { IngestMetrics } from '../pipeline/ingest-metrics.ts';
import type { App } from './app.ts';
import type { ConcurrencyLimit } from './concurrency-limit.ts';
import type { HttpParts } from './parts.ts';

/** `/metrics` for Prometheus: what ingest, live and HTTP count, and Node's own (RSS, event loop, garbage collection). */
export function metricsRoute(app: App, parts: HttpParts, limits: Readonly<Record<string, ConcurrencyLimit>>): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  show(registry, INGEST, () => parts.metrics);
  show(registry, LIVE, () => parts.live.metrics);
  issueMetrics(registry, parts);
  if (parts.archive !== undefined) historyMetrics(registry, parts.archive.history);
  gauge(registry, 'catalog_things', 'Things registered', () => parts.catalog.thingCount);
  gauge(registry, 'catalog_datastreams', 'Datastreams registered', () => parts.catalog.datastreamCount);
  for (const [name, limit] of Object.entries(limits)) {
    gauge(registry, `http_${name}_running`, `HTTP ${name} running now`, () => limit.running);
  }
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    reply.type(registry.contentType).header('cache-control', 'no-store');
    return registry.metrics();
  });
}

/** Every number that ingest counts, with its name and meaning; the compiler misses none. */
const INGEST: Readonly<Record<keyof IngestMetrics, Shown>> = {
  messages: { name: 'ingest_messages_total', help: 'Messages that sources handed in' },
  readings: { name: 'ingest_readings_total', help: 'Readings in them' },
  stored: { name: 'ingest_stored_total', help: 'Observations on disk' },
  duplicates: { name: 'ingest_duplicates_total', help: 'Exact duplicates, not stored again' },
  clockAhead: { name: 'ingest_clock_ahead_total', help: 'Observations whose source clock runs ahead' },
  outOfRange: { name: 'ingest_out_of_range_total', help: 'Observations outside the declared range' },
  refused: { name: 'ingest_refused_total', help: 'Readings that could not be stored' },
  dropped: { name: 'ingest_dropped_total', help: 'QoS 0 readings dropped by a full pipeline' },
  commits: { name: 'ingest_commits_total', help: 'Group commits on disk' },
  failedCommits: { name: 'ingest_commits_failed_total', help: 'Group commits that failed' },
  commitMs: { name: 'ingest_commit_seconds_total', help: 'Time in successful commits', scale: 0.001 },
  waiting: { name: 'ingest_waiting_readings', help: 'Readings taken and not yet on disk', isGauge: true },
  mqttClients: { name: 'mqtt_clients', help: 'MQTT clients connected', isGauge: true },
  mqttMessages: { name: 'mqtt_messages_total', help: 'MQTT messages' },
  mqttBytes: { name: 'mqtt_bytes_total', help: 'MQTT payload bytes' },
  mqttRefused: { name: 'mqtt_refused_total', help: 'MQTT connections refused or closed by us' },
  mqttSkipped: { name: 'mqtt_skipped_total', help: 'Messages that slow subscribers of the broker missed' },
};

const LIVE: Readonly<Record<keyof LiveMetrics, Shown>> = {
  viewers: { name: 'live_viewers', help: 'Viewers connected', isGauge: true },
  framesSent: { name: 'live_frames_total', help: 'Frames sent' },
  framesEncoded: { name: 'live_encoded_total', help: 'Frames encoded for them' },
  bytesSent: { name: 'live_bytes_total', help: 'Frame bytes sent' },
  observationsSent: { name: 'live_observations_total', help: 'Observations in frames sent' },
  ticksHeldBack: { name: 'live_held_back_total', help: 'Ticks at which a viewer was not ready' },
  viewersRefused: { name: 'live_refused_total', help: 'Viewers refused' },
  viewersDropped: { name: 'live_dropped_total', help: 'Viewers closed by us' },
};

const UPKEEP: Readonly<Record<keyof UpkeepMetrics, Shown>> = {
  rollupPasses: { name: 'history_rollup_passes_total', help: 'Passes that took observations into rollups' },
  expiredRows: {
    name: 'history_expired_total',
    help: 'Observations and rollup bins older than the retention, deleted',
  },
  failedSteps: { name: 'history_upkeep_failed_total', help: 'Steps of rollup and retention that failed' },
  stepMs: { name: 'history_upkeep_seconds_total', help: 'Time in steps of rollup and retention', scale: 0.001 },
};

function historyMetrics(registry: Registry, history: HistoryArchive): void {
  show(registry, UPKEEP, () => history.upkeepMetrics);
  gauge(registry, 'history_bytes', 'Bytes of the history on disk', () => history.bytes);
}

interface Shown {
  readonly name: string;
  readonly help: string;
  /** Goes down too; else it is a counter. */
  readonly isGauge?: boolean;
  /** What one of ours is in Prometheus' unit; default 1. */
  readonly scale?: number;
}

function show<K extends string>(
  registry: Registry,
  table: Readonly<Record<K, Shown>>,
  read: () => Readonly<Record<K, number>>,
): void {
  for (const [key, { name, help, isGauge, scale = 1 }] of Object.entries(table) as [K, Shown][]) {
    const add = isGauge === true ? gauge : counter;
    add(registry, name, help, () => read()[key] * scale);
  }
}

function issueMetrics(registry: Registry, { issues }: HttpParts): void {
  new Counter({
    name: 'yiping_issues_total',
    help: 'What could not be taken, by kind',
    labelNames: ['kind'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [kind, count] of Object.entries(issues.counts())) this.inc({ kind }, count);
    },
  });
}

/** A counter that is kept elsewhere as a plain number. */
function counter(registry: Registry, name: string, help: string, read: () => number): void {
  new Counter({
    name: `yiping_${name}`,
    help,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name: `yiping_${name}`,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}
