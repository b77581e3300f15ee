import { parseArgs } from 'node:util';
import { buildCity } from './build-city.ts';

const USAGE = `Usage: npm run tiles -- build INPUT --out DIR

  INPUT   a city pack folder, e.g. tilesets/cities/astana
  --out   the folder to write, e.g. dist/tiles/astana; replaced as a whole when the build is complete`;

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
  if (command !== 'build' || input === undefined || rest.length > 0 || values.out === undefined) {
    console.error(`The command line is not complete: it needs "build", one INPUT and --out DIR.\n\n${USAGE}`);
    return 2;
  }
  const start = performance.now();
  let shown = '';
  const summary = await buildCity(input, values.out, {
    onProgress: (step, done, total) => {
      const line = `${step} ${Math.floor((done / total) * 4) * 25} %`;
      if (line !== shown) console.log(line);
      shown = line;
    },
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `${summary.city}: ${summary.buildings} buildings and ${summary.roads} roads in ${summary.tiles} tiles, ` +
      `${summary.triangles} triangles, ${(summary.bytes / 2 ** 20).toFixed(1)} MiB, ${seconds} s → ${values.out}`,
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
