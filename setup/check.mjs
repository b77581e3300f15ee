import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, SetupError, step } from './console.mjs';
import { pinnedEnvironment, pinnedNode } from './pinned-node.mjs';

const BIN = join(ROOT, 'node_modules');

/** One project per layer, so that each is compiled with only the globals it may use. */
const LAYERS = [
  'devices',
  'devices/fleet',
  'tilesets',
  'ingest',
  'twin-viewer',
  'electron',
  'e2e',
  'bench',
  'tsconfig.tests.json',
];

/** `npm run check`: format and lint, types by layer, import rules, dead code. */
export async function check() {
  await step('Format and lint', () => tool('Biome', ['@biomejs/biome/bin/biome', 'ci', '--error-on-warnings']));
  await step(`Types (${LAYERS.length} layers)`, () => {
    for (const layer of LAYERS) tool(`tsc -p ${layer}`, ['ts7/bin/tsc', '-p', layer]);
  });
  await step('Import rules', checkImports);
  await step('Dead code', () => tool('knip', ['knip/bin/knip.js']));
}

function checkImports() {
  const args = [
    'dependency-cruiser/bin/dependency-cruiser.mjs',
    '--config',
    'setup/import-rules.cjs',
    '--output-type',
    'json',
  ];
  const run = node([...args, 'devices', 'electron', 'ingest', 'tilesets', 'twin-viewer'], 'pipe');
  if (run.status === null || run.stdout === '') throw new SetupError(`dependency-cruiser failed:\n${run.stderr}`);
  const { summary, modules } = JSON.parse(run.stdout);
  const ours = modules.filter((module) => /^(devices|electron|ingest|tilesets|twin-viewer)\//.test(module.source));
  const edges = ours.flatMap((module) => module.dependencies).filter((edge) => !edge.couldNotResolve);
  // A cruiser without a TypeScript it understands sees no modules and says that all is well.
  if (ours.length < 50 || edges.length < 100) {
    throw new SetupError(
      `The import rules saw ${ours.length} modules and ${edges.length} imports: the check itself is broken.`,
    );
  }
  const broken = summary.violations.map((v) => `  ${v.rule.name}: ${v.from} → ${v.to}`);
  if (broken.length > 0) throw new SetupError(`Imports that the house does not allow:\n${broken.join('\n')}`);
  console.log(`  ${ours.length} modules, ${edges.length} imports`);
}

function tool(name, [script, ...args]) {
  if (node([script, ...args], 'inherit').status !== 0) throw new SetupError(`${name} found something; see above.`);
}

function node([script, ...args], stdio) {
  return spawnSync(pinnedNode(), [join(BIN, script), ...args], {
    cwd: ROOT,
    env: pinnedEnvironment(),
    stdio: ['ignore', stdio, stdio],
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
}
