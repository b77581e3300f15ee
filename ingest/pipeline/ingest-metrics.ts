/**
 * What the ingest counts, as plain numbers that hot paths may increment; `serve/` shows them to Prometheus.
 * Counters only grow; gauges say so.
 */
export interface IngestMetrics {
  /** Messages that sources handed in. */
  messages: number;
  /** Readings in them. */
  readings: number;
  /** Observations on disk. */
  stored: number;
  /** Exact duplicates that were not stored again. */
  duplicates: number;
  /** Gauge: readings that are remembered, to know one that is sent again. */
  duplicateWindow: number;
  /** Observations marked Uncertain because their source's clock runs ahead. */
  clockAhead: number;
  /** Observations marked because they lie outside the declared range. */
  outOfRange: number;
  /** Readings that could not be stored: wrong type, catalog full. */
  refused: number;
  /** Readings of messages that nobody waits for (QoS 0), dropped because the pipeline was full. */
  dropped: number;
  /** Group commits that reached the disk, and those that failed. */
  commits: number;
  failedCommits: number;
  /** Gauge: 1 while nothing is acknowledged because the last group did not reach the disk. */
  journalFailing: number;
  /** Time spent in successful commits, ms. */
  commitMs: number;
  /** Gauge: readings taken and not yet on disk. */
  waiting: number;
  /** Gauge: MQTT clients connected now. */
  mqttClients: number;
  /** MQTT messages and their payload bytes. */
  mqttMessages: number;
  mqttBytes: number;
  /** MQTT connections refused or closed by us: bad token, too many, too slow, broken packets. */
  mqttRefused: number;
  /** Messages that subscribers of the broker missed because they did not read fast enough. */
  mqttSkipped: number;
  /** Gauge: external brokers connected now. */
  mqttExternalConnected: number;
  /** Messages from external brokers and their payload bytes. */
  mqttExternalMessages: number;
  mqttExternalBytes: number;
  /** Gauge: messages of external brokers that are not yet acknowledged. */
  mqttExternalInFlight: number;
  /** Attempts to connect to an external broker again. */
  mqttExternalReconnects: number;
  /** Readings of retained messages that had no time of their own and so were not stored. */
  mqttExternalRetainedSkipped: number;
  /** Messages and subscriptions that accounts do not allow. */
  mqttDenied: number;
  /** Times that a client was not read because so many of its messages waited for the disk, or it did not read itself. */
  mqttHeld: number;
  /** Gauges: retained messages, and the bytes of their topics and payloads. */
  mqttRetained: number;
  mqttRetainedBytes: number;
}

export function createIngestMetrics(): IngestMetrics {
  return {
    messages: 0,
    readings: 0,
    stored: 0,
    duplicates: 0,
    duplicateWindow: 0,
    clockAhead: 0,
    outOfRange: 0,
    refused: 0,
    dropped: 0,
    commits: 0,
    failedCommits: 0,
    journalFailing: 0,
    commitMs: 0,
    waiting: 0,
    mqttClients: 0,
    mqttMessages: 0,
    mqttBytes: 0,
    mqttRefused: 0,
    mqttSkipped: 0,
    mqttExternalConnected: 0,
    mqttExternalMessages: 0,
    mqttExternalBytes: 0,
    mqttExternalInFlight: 0,
    mqttExternalReconnects: 0,
    mqttExternalRetainedSkipped: 0,
    mqttDenied: 0,
    mqttHeld: 0,
    mqttRetained: 0,
    mqttRetainedBytes: 0,
  };
}
