import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { App } from './app.ts';
import type { ConcurrencyLimit } from './concurrency-limit.ts';
import type { HttpParts } from './parts.ts';

/** `/metrics` for Prometheus: what ingest, live and HTTP count, and Node's own (RSS, event loop, garbage collection). */
export function metricsRoute(app: App, parts: HttpParts, limits: Readonly<Record<string, ConcurrencyLimit>>): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  ingestMetrics(registry, parts);
  liveMetrics(registry, parts);
  issueMetrics(registry, parts);
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

function ingestMetrics(registry: Registry, { metrics }: HttpParts): void {
  counter(registry, 'ingest_messages_total', 'Messages that sources handed in', () => metrics.messages);
  counter(registry, 'ingest_readings_total', 'Readings in them', () => metrics.readings);
  counter(registry, 'ingest_stored_total', 'Observations on disk', () => metrics.stored);
  counter(registry, 'ingest_duplicates_total', 'Exact duplicates, not stored again', () => metrics.duplicates);
  counter(registry, 'ingest_clock_ahead_total', 'Observations whose source clock runs ahead', () => metrics.clockAhead);
  counter(registry, 'ingest_out_of_range_total', 'Observations outside the declared range', () => metrics.outOfRange);
  counter(registry, 'ingest_refused_total', 'Readings that could not be stored', () => metrics.refused);
  counter(registry, 'ingest_dropped_total', 'QoS 0 readings dropped by a full pipeline', () => metrics.dropped);
  counter(registry, 'ingest_commits_total', 'Group commits on disk', () => metrics.commits);
  counter(registry, 'ingest_commits_failed_total', 'Group commits that failed', () => metrics.failedCommits);
  counter(registry, 'ingest_commit_seconds_total', 'Time in successful commits', () => metrics.commitMs / 1000);
  gauge(registry, 'ingest_waiting_readings', 'Readings taken and not yet on disk', () => metrics.waiting);
  gauge(registry, 'mqtt_clients', 'MQTT clients connected', () => metrics.mqttClients);
  counter(registry, 'mqtt_messages_total', 'MQTT messages', () => metrics.mqttMessages);
  counter(registry, 'mqtt_bytes_total', 'MQTT payload bytes', () => metrics.mqttBytes);
  counter(registry, 'mqtt_refused_total', 'MQTT connections refused or closed by us', () => metrics.mqttRefused);
}

function liveMetrics(registry: Registry, { live }: HttpParts): void {
  gauge(registry, 'live_viewers', 'Viewers connected', () => live.metrics.viewers);
  counter(registry, 'live_frames_total', 'Frames sent', () => live.metrics.framesSent);
  counter(registry, 'live_encoded_total', 'Frames encoded for them', () => live.metrics.framesEncoded);
  counter(registry, 'live_bytes_total', 'Frame bytes sent', () => live.metrics.bytesSent);
  counter(registry, 'live_observations_total', 'Observations in frames sent', () => live.metrics.observationsSent);
  counter(registry, 'live_held_back_total', 'Ticks at which a viewer was not ready', () => live.metrics.ticksHeldBack);
  counter(registry, 'live_refused_total', 'Viewers refused', () => live.metrics.viewersRefused);
  counter(registry, 'live_dropped_total', 'Viewers closed by us', () => live.metrics.viewersDropped);
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
