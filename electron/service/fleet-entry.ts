import { speakOverParentPort } from './parent-port.ts';

/** Becomes `dist/desktop/service/fleet.mjs`: the simulated devices as the application starts them. */
speakOverParentPort();
await import('../../devices/fleet/main.ts');
