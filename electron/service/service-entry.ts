import { resolve } from 'node:path';
import { speakOverParentPort } from './parent-port.ts';

/** Becomes `dist/desktop/service/main.mjs`: the ingest service as the application starts it. */
process.env.YIPING_ROOT ??= resolve(import.meta.dirname, '..', '..', '..');
speakOverParentPort();
// Only now: it reads where it lies when it is loaded.
await import('../../ingest/main.ts');
