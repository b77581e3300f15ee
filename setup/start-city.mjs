import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildCity, buildViewer } from './build.mjs';
import { ROOT } from './console.mjs';
import { pinnedEnvironment, pinnedNode } from './pinned-node.mjs';

/** `npm start [-- flags]`: builds what is missing, then becomes the ingest service, which prints the URL. */
export async function startCity(flags) {
  const { loadConfig } = await import('../ingest/config.ts');
  // Before the long steps: a wrong setting is told at once. `--help` ends here.
  const config = loadConfig({ argv: flags });
  await Promise.all([buildViewer(), buildCity(config.city)]);
  const child = spawn(pinnedNode(), [join(ROOT, 'ingest', 'main.ts'), ...flags], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: pinnedEnvironment(),
  });
  // Whoever started us over IPC (a test, a desktop shell) learns when the city is ready, and which process it is.
  child.on('message', (message) => process.send?.({ ...message, pid: child.pid }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
}
