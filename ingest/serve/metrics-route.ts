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
  historyMetrics(registry, parts);
  sourceMetrics(registry, parts);
  if (parts.archive !== undefined) upkeepMetrics(registry, parts.archive.history);
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

/** The journal, and how far history is behind it. */
function historyMetrics(registry: Registry, { journal, historian, clock }: HttpParts): void {
  gauge(registry, 'journal_bytes', 'Bytes of all journal segments', () => journal.bytes);
  gauge(registry, 'journal_end_position', 'One more than the highest position on disk', () => journal.end);
  gauge(registry, 'journal_oldest_position', 'The lowest position that the journal still has', () => journal.oldest);
  gauge(registry, 'history_lag_observations', 'Acknowledged and not yet in history', () => historian.lag.observations);
  gauge(registry, 'history_lag_seconds', 'Age of the oldest observation not yet in history', () => {
    const { completeUntil } = historian.lag;
    return completeUntil === undefined ? 0 : Math.max(0, (clock.now() - completeUntil) / 1000);
  });
  gauge(registry, 'history_away', '1 while history takes nothing', () => (historian.lag.problem === undefined ? 0 : 1));
}

/** Every number that ingest counts, with its name and meaning; the compiler misses none. */
const INGEST: Readonly<Record<keyof IngestMetrics, Shown>> = {
  messages: { name: 'ingest_messages_total', help: 'Messages that sources handed in' },
  readings: { name: 'ingest_readings_total', help: 'Readings in them' },
  stored: { name: 'ingest_stored_total', help: 'Observations on disk' },
  duplicates: { name: 'ingest_duplicates_total', help: 'Exact duplicates, not stored again' },
  duplicateWindow: {
    name: 'ingest_duplicate_window_readings',
    help: 'Readings remembered, to know one that is sent again',
    isGauge: true,
  },
  clockAhead: { name: 'ingest_clock_ahead_total', help: 'Observations whose source clock runs ahead' },
  outOfRange: { name: 'ingest_out_of_range_total', help: 'Observations outside the declared range' },
  refused: { name: 'ingest_refused_total', help: 'Readings that could not be stored' },
  dropped: { name: 'ingest_dropped_total', help: 'QoS 0 readings dropped by a full pipeline' },
  commits: { name: 'ingest_commits_total', help: 'Group commits on disk' },
  journalFailing: {
    name: 'journal_failing',
    help: '1 while nothing is acknowledged because the disk refused',
    isGauge: true,
  },
  failedCommits: { name: 'ingest_commits_failed_total', help: 'Group commits that failed' },
  commitMs: { name: 'ingest_commit_seconds_total', help: 'Time in successful commits', scale: 0.001 },
  waiting: { name: 'ingest_waiting_readings', help: 'Readings taken and not yet on disk', isGauge: true },
  mqttClients: { name: 'mqtt_clients', help: 'MQTT clients connected', isGauge: true },
  mqttMessages: { name: 'mqtt_messages_total', help: 'MQTT messages' },
  mqttBytes: { name: 'mqtt_bytes_total', help: 'MQTT payload bytes' },
  mqttRefused: { name: 'mqtt_refused_total', help: 'MQTT connections refused or closed by us' },
  mqttSkipped: { name: 'mqtt_skipped_total', help: 'Messages that slow subscribers of the broker missed' },
  mqttExternalConnected: { name: 'mqtt_external_connected', help: 'External MQTT brokers connected', isGauge: true },
  mqttExternalMessages: { name: 'mqtt_external_messages_total', help: 'Messages from external MQTT brokers' },
  mqttExternalBytes: { name: 'mqtt_external_bytes_total', help: 'Payload bytes of them' },
  mqttExternalInFlight: { name: 'mqtt_external_in_flight', help: 'Those not yet acknowledged', isGauge: true },
  mqttExternalReconnects: { name: 'mqtt_external_reconnects_total', help: 'Attempts to connect to them again' },
  mqttExternalRetainedSkipped: {
    name: 'mqtt_external_retained_skipped_total',
    help: 'Readings of retained messages without a time, not stored',
  },
  mqttDenied: { name: 'mqtt_denied_total', help: 'MQTT messages and subscriptions that accounts do not allow' },
  mqttHeld: { name: 'mqtt_held_total', help: 'Times that an MQTT client was not read until its messages were on disk' },
  mqttRetained: { name: 'mqtt_retained_messages', help: 'Retained MQTT messages', isGauge: true },
  mqttRetainedBytes: { name: 'mqtt_retained_bytes', help: 'Bytes of retained MQTT messages', isGauge: true },
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
  reopenings: { name: 'history_reopened_total', help: 'Times that the history file was opened anew' },
  failedSteps: { name: 'history_upkeep_failed_total', help: 'Steps of rollup and retention that failed' },
  stepMs: { name: 'history_upkeep_seconds_total', help: 'Time in steps of rollup and retention', scale: 0.001 },
};

function upkeepMetrics(registry: Registry, history: HistoryArchive): void {
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

function sourceMetrics(registry: Registry, { sources, clock }: HttpParts): void {
  counter(
    registry,
    'sources_late_total',
    'Readings older than the newest of their datastream',
    () => sources.totals.late,
  );
  counter(registry, 'sources_missing_total', 'Readings that expected intervals promised', () => sources.totals.missing);
  counter(registry, 'sources_gaps_total', 'Silences longer than readings may be apart', () => sources.totals.gaps);
  counter(registry, 'sources_overflows_total', 'OPC UA queues that ran over', () => sources.totals.overflows);
  const states = new Gauge({
    name: 'yiping_sources',
    help: 'Sources remembered, by what is found of their clock',
    labelNames: ['clock'],
    registers: [registry],
    collect() {
      const counts = { unknown: 0, right: 0, ahead: 0, behind: 0 };
      for (const source of sources.survey(clock.now())) counts[source.clock.state]++;
      for (const [state, count] of Object.entries(counts)) states.set({ clock: state }, count);
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
