import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#devices/time/clock.ts';
import { createIngestMetrics, type IngestMetrics } from '../../../pipeline/ingest-metrics.ts';
import type { Intake } from '../../source.ts';
import { type BrokerAddress, parseBrokerUrl } from '../broker-address.ts';
import { type MqttClientOptions, MqttClientSource } from '../mqtt-client-source.ts';

/** For tests: a started source, its metrics, and its two ends. */
export interface StartedClient extends AsyncDisposable {
  readonly source: MqttClientSource;
  readonly metrics: IngestMetrics;
  /** Ends it as if the process were gone: what waits for the disk is not stored and not acknowledged. */
  kill(): Promise<void>;
}

/** Starts a source for the broker on `port` of this machine; `options` go over what a test rarely says. */
export async function startClient(
  intake: Intake,
  port: number,
  options: Partial<MqttClientOptions> & { readonly url?: string } = {},
): Promise<StartedClient> {
  const { url = `mqtt://127.0.0.1:${port}`, ...rest } = options;
  const name = randomBytes(6).toString('hex');
  const dir = mkdtempSync(join(tmpdir(), 'yiping-mqtt-client-'));
  const metrics = createIngestMetrics();
  const death = Promise.withResolvers<never>();
  death.promise.catch(() => {});
  const mortal: Intake = {
    accept: (message) => Promise.race([intake.accept(message), death.promise]),
    report: (issue) => intake.report(issue),
  };
  const source = new MqttClientSource(
    {
      brokers: [parseBrokerUrl(url) as BrokerAddress],
      clientId: `test${name}`,
      sessionFile: join(dir, 'session.json'),
      ...rest,
    },
    { intake: mortal, metrics, clock: systemClock },
  );
  await source.start();
  const kill = async () => {
    death.reject(new Error('the process is gone'));
    await source.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  return { source, metrics, kill, [Symbol.asyncDispose]: kill };
}
