import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildCity, buildViewer } from './build.mjs';
import { ROOT } from './console.mjs';
import { pinnedEnvironment, pinnedNode } from './pinned-node.mjs';

/** V8's young generation, MiB: three times this is resident; it would grow to 134 MiB at 5,000 observations a second. */
const YOUNG_MIB = 8;

/** `npm start [-- flags]`: builds what is missing, then becomes the ingest service, which prints the URL. */
export async function startCity(flags) {
  const { loadConfig } = await import('../ingest/config.ts');
  // Before the long steps: a wrong setting is told at once. `--help` ends here.
  const config = loadConfig({ argv: flags });
  await Promise.all([buildViewer(), buildCity(config.city)]);
  const child = spawn(pinnedNode(), [`--max-semi-space-size=${YOUNG_MIB}`, join(ROOT, 'ingest', 'main.ts'), ...flags], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // glibc keeps freed memory per arena and makes eight arenas a core; a few threads allocate here.
    env: { MALLOC_ARENA_MAX: '2', ...pinnedEnvironment() },
  });
  // Whoever started us over IPC (a test, a desktop shell) learns when the city is ready, and which process it is.
  child.on('message', (message) => process.send?.({ ...message, pid: child.pid }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
}
