import { pino } from 'pino';
import { systemClock } from '#devices/time/clock.ts';
import { FLEET_USAGE, parseFleetFlags } from './flags.ts';
import { launch } from './launch.ts';

const log = pino({ name: 'fleet' });

try {
  const flags = parseFleetFlags(process.argv.slice(2));
  const running = await launch(flags, systemClock, log);
  process.send?.({ type: 'fleet-ready', opcuaPort: running.opcuaPort, report: running.report() });
  const stop = async () => {
    await running.stop();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  process.once('disconnect', stop);
} catch (error) {
  console.error(`fleet: ${error instanceof Error ? error.message : String(error)}\n\n${FLEET_USAGE}`);
  process.exit(1);
}
