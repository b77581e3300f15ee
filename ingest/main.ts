import { systemClock } from '#devices/time/clock.ts';
import { loadConfig } from './config.ts';

/** Exit codes: 0 after a clean stop, 1 for a failure, 2 for a wrong setting, 130 for a second Ctrl-C. */
const FAILED = 1;
const WRONG_SETTING = 2;
const INTERRUPTED = 130;

function fail(error: unknown, code: number): never {
  const isExpected = error instanceof Error && 'expected' in error;
  console.error(`\n✗ ${isExpected ? error.message : error instanceof Error ? error.stack : error}`);
  process.exit(code);
}

function readSettings() {
  try {
    return loadConfig({ argv: process.argv.slice(2) });
  } catch (error) {
    return fail(error, WRONG_SETTING);
  }
}

const config = readSettings();
console.log(`Yiping 一屏\n\n${config.effective}\n`);
// Only now: it takes a second to load, and a wrong setting is told at once.
const { IngestService } = await import('./service/ingest-service.ts');
const service = new IngestService(config, systemClock, (line) => console.log(`${new Date().toISOString()} ${line}`));

/** One Ctrl-C reaches us from the terminal and again from our parent; a later one means it. */
const IMPATIENT_MS = 1_000;
let stoppingSince: number | undefined;
async function stop(why: string): Promise<void> {
  if (stoppingSince !== undefined) {
    if (systemClock.now() - stoppingSince > IMPATIENT_MS) process.exit(INTERRUPTED);
    return;
  }
  stoppingSince = systemClock.now();
  console.log(`\n${why}: stopping …`);
  await service.stop();
  console.log('Stopped; everything is on disk.');
  process.exit(0);
}
// A terminal that is gone must not keep us from stopping cleanly.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
// A parent that started us over IPC and is gone, or that asks (Windows has no SIGTERM).
process.on('disconnect', () => stop('The parent process is gone'));
process.on('message', (message: { type?: string }) => {
  if (message.type === 'stop') stop('Asked by the parent process');
});

try {
  const ready = await service.start();
  console.log(`Ready: ${ready.url}   MQTT ${ready.mqttPort}   OPC UA ${ready.opcuaPort}`);
  process.send?.({ type: 'ready', ...ready });
} catch (error) {
  fail(error, FAILED);
}
