import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildAll } from './build.mjs';
import { check } from './check.mjs';
import { ROOT, SetupError, step } from './console.mjs';
import { DESKTOP_PROGRAMS, prepareDesktopLab } from './desktop-lab.mjs';
import { pinnedEnvironment, pinnedNode } from './pinned-node.mjs';

/** Programs that tests drive: the file that shows one is there, and the Debian package that brings it. */
const PROGRAMS = [
  { file: '/usr/bin/chromium', package: 'chromium', for: 'browser tests' },
  {
    file: '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
    package: 'fonts-noto-cjk',
    for: 'Chinese in screenshots',
  },
  { file: '/usr/bin/mosquitto_pub', package: 'mosquitto-clients', for: 'tests with a foreign MQTT client' },
  { file: '/usr/sbin/mosquitto', package: 'mosquitto', for: 'tests with a foreign MQTT broker' },
  { file: '/usr/bin/strace', package: 'strace', for: 'tests with a failing disk' },
  { file: '/usr/bin/influxd', package: 'influxdb', for: 'tests with InfluxDB 1', service: 'influxdb' },
  { file: '/usr/bin/xz', package: 'xz-utils', for: 'tests with the servers that come packed' },
  ...DESKTOP_PROGRAMS,
];

/** `npm test [-- PATTERN…]`: everything that CI runs; with patterns, only the test files that match. */
export async function test(patterns) {
  await installPrograms();
  if (patterns.length === 0) await check();
  await buildAll();
  await prepareDesktopLab();
  const passed = [runVitest('unit', patterns), runVitest('e2e', patterns)];
  const sum = (key) => passed.reduce((total, result) => total + result[key], 0);
  console.log(`\nTests: ${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
  if (sum('failed') > 0 || passed.some((result) => !result.ok)) process.exit(1);
  if (sum('passed') === 0) throw new SetupError('No test ran.');
}

async function installPrograms() {
  const missing = PROGRAMS.filter((program) => !existsSync(program.file));
  if (missing.length === 0) return;
  const packages = missing.map((program) => program.package);
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    await step(`Installing Debian packages for the tests: ${packages.join(' ')}`, () => {
      apt(['update', '-q']);
      withoutServices(() => apt(['install', '-q', '-y', '--no-install-recommends', ...packages]));
      // Nor with the next start of the machine: the tests start their own.
      for (const { service } of missing) if (service !== undefined) spawnSync('update-rc.d', [service, 'disable']);
    });
    return;
  }
  for (const program of missing) console.log(`! ${program.for} are skipped: install the package ${program.package}`);
}

/** Debian starts what it installs, a database open to all among it, unless this file says no. */
function withoutServices(install) {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return install();
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    install();
  } finally {
    rmSync(policy);
  }
}

function apt(args) {
  const run = spawnSync('apt-get', args, {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (run.status !== 0) throw new SetupError(`apt-get ${args.join(' ')} failed:\n${run.stdout}${run.stderr}`);
}

/** Counts of one vitest project, from its JSON report. */
function runVitest(project, patterns) {
  const folder = join(ROOT, '.cache');
  mkdirSync(folder, { recursive: true });
  const report = join(folder, `vitest-${project}.json`);
  const run = spawnSync(
    pinnedNode(),
    [
      join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--project',
      project,
      '--passWithNoTests',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...patterns,
    ],
    { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], env: pinnedEnvironment() },
  );
  const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
  return {
    ok: run.status === 0,
    passed: counts?.numPassedTests ?? 0,
    failed: counts?.numFailedTests ?? 0,
    skipped: (counts?.numPendingTests ?? 0) + (counts?.numTodoTests ?? 0),
  };
}
