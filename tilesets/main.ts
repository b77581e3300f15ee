import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { buildCity } from './build-city.ts';

const USAGE = `Usage: npm run tiles -- build INPUT --out DIR
       npm run tiles -- extract PACK

  build     makes 3D Tiles of a city
    INPUT   a city pack folder, e.g. tilesets/cities/astana
    --out   the folder to write, e.g. dist/tiles/astana; replaced as a whole when the build is complete
  extract   makes a pack that ships again from its open source: features, areas, labels, Things
    PACK    tilesets/cities/astana`;

/** Runs one command line; returns the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { out: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  const [command, input, ...rest] = positionals;
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (command === 'extract' && input !== undefined && rest.length === 0) return extract(input);
  if (command !== 'build' || input === undefined || rest.length > 0 || values.out === undefined) {
    console.error(
      `The command line is not complete: it needs "build", one INPUT and --out DIR, or "extract" and a PACK.\n\n${USAGE}`,
    );
    return 2;
  }
  return build(input, values.out);
}

async function extract(packDir: string): Promise<number> {
  if (basename(packDir) !== 'astana') {
    console.error(`${packDir} has no known source: only astana can be extracted. Give tilesets/cities/astana.`);
    return 2;
  }
  // Loaded only here: its readers are development dependencies.
  const { makeAstana } = await import('./cities/make-astana.ts');
  await makeAstana(packDir);
  return 0;
}

async function build(input: string, out: string): Promise<number> {
  const start = performance.now();
  let shown = '';
  const summary = await buildCity(input, out, {
    onProgress: (step, done, total) => {
      const line = `${step} ${Math.floor((done / total) * 4) * 25} %`;
      if (line !== shown) console.log(line);
      shown = line;
    },
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `${summary.city}: ${summary.buildings} buildings and ${summary.roads} roads in ${summary.tiles} tiles, ` +
      `${summary.triangles} triangles, ${(summary.bytes / 2 ** 20).toFixed(1)} MiB, ${seconds} s → ${out}`,
  );
  return 0;
}

if (import.meta.main) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(`tiles: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
