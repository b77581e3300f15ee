#!/usr/bin/env node
// From a fresh clone to a running city: `npm start [-- flags]`, `npm test`, `npm run NAME`.
// Plain JavaScript in Node 20 syntax: this file runs before anything is installed.
import { fail } from './setup/console.mjs';
import { installDependencies } from './setup/install.mjs';
import { rerunUnderPinnedNode } from './setup/pinned-node.mjs';

const COMMANDS = {
  start: () => import('./setup/start-city.mjs').then((module) => module.startCity),
  build: () => import('./setup/build.mjs').then((module) => module.buildAll),
  check: () => import('./setup/check.mjs').then((module) => module.check),
  test: () => import('./setup/test.mjs').then((module) => module.test),
  desktop: () => import('./setup/desktop.mjs').then((module) => module.openDesktop),
  package: () => import('./setup/desktop.mjs').then((module) => module.packageDesktop),
  make: () => import('./setup/desktop.mjs').then((module) => module.makeInstallers),
};

const [first, ...rest] = process.argv.slice(2);
const named = first !== undefined && Object.hasOwn(COMMANDS, first);
const command = named ? first : 'start';
const flags = named ? rest : process.argv.slice(2);

try {
  await installDependencies();
  if (!rerunUnderPinnedNode()) {
    const run = await COMMANDS[command]();
    await run(flags);
  }
} catch (error) {
  fail(error);
}
