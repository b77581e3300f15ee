import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killAgainAndAgain } from './kill.ts';
import { killMosquitto } from './mosquitto-control.ts';
import { runInfluxAway } from './run-influx-away.ts';

/** `npm run faults -- NAME [--runs N]`: breaks the ingest for as long as wanted and counts what is missing. */
const FAULTS: Record<string, Fault> = {
  kill: { run: runKill, runs: 20 },
  'influx-away': { run: runInfluxAway, runs: 2 },
};

interface Fault {
  run(runs: number, folder: string): Promise<{ readonly lost: number; readonly repeated: number }>;
  /** Where nobody says how many. */
  readonly runs: number;
}

const MAX_ACKNOWLEDGED = 3_000;
const CONTROL_MESSAGES = 5_000;

async function runKill(runs: number, folder: string) {
  const lives = Array.from({ length: runs }, () => 1 + Math.floor(Math.random() * MAX_ACKNOWLEDGED));
  const report = await killAgainAndAgain({
    folder,
    lives,
    onRun: (run) => {
      if (run % 10 === 0) console.log(`  ${run} of ${runs} lives`);
    },
  });
  const control = await killMosquitto(folder, CONTROL_MESSAGES);
  console.log(JSON.stringify({ yiping: report, mosquitto: control ?? 'not on this machine' }, undefined, 2));
  return report;
}

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  options: { runs: { type: 'string' } },
  allowPositionals: true,
});
const [name = ''] = positionals;
const fault = Object.hasOwn(FAULTS, name) ? FAULTS[name] : undefined;
const runs = Number(values.runs ?? fault?.runs);
if (fault === undefined || !Number.isInteger(runs) || runs < 1) {
  console.error(`npm run faults -- NAME [--runs N]: NAME is one of ${Object.keys(FAULTS).join(', ')}, N 1 or more`);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'yiping-faults-'));
try {
  const { lost, repeated } = await fault.run(runs, folder);
  process.exitCode = lost === 0 && repeated === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
