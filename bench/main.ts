import { record } from './record.ts';

/** A measurement: prints what it sees on the way, answers the figures that go into `results/`. */
export type Bench = (args: readonly string[]) => Promise<Record<string, unknown>>;

const BENCHES: Record<string, () => Promise<{ readonly run: Bench }>> = {
  historian: () => import('./historian.ts'),
  glass: () => import('./glass.ts'),
  hostile: () => import('./hostile.ts'),
  ingest: () => import('./ingest/ingest-bench.ts'),
  large: () => import('./large.ts'),
  restart: () => import('./restart.ts'),
  soak: () => import('./soak.ts'),
  tiles: () => import('./tiles.ts'),
  apply: () => import('./apply.ts'),
  'mqtt-client': () => import('./mqtt-client.ts'),
};

const [name = '', ...args] = process.argv.slice(2);
const load = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (load === undefined) {
  console.error(`npm run bench -- NAME: "${name}" is not one of ${Object.keys(BENCHES).join(', ')}`);
  process.exit(1);
}
const figures = await (await load()).run(args);
record(name, figures);
process.exit(0);
