import { pino } from 'pino';
import { systemClock } from '#devices/time/clock.ts';
import { FLEET_USAGE, parseFleetFlags } from './flags.ts';
import { launch } from './launch.ts';

const log = pino({ name: 'fleet' });

function fail(error: unknown): never {
  console.error(`fleet: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

function readFlags() {
  try {
    return parseFleetFlags(process.argv.slice(2));
  } catch (error) {
    console.error(`${FLEET_USAGE}\n`);
    return fail(error);
  }
}

const launching = launch(readFlags(), systemClock, log);
let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await launching.then((running) => running.stop()).catch(fail);
  process.exit(0);
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
// The parent is gone: a fleet on its own would go on for ever.
process.on('disconnect', stop);

launching.then((running) => {
  if (!process.connected) return;
  process.send?.({ type: 'fleet-ready', opcuaPort: running.opcuaPort, report: running.report() });
}, fail);
