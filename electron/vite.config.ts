import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { defineConfig, type EnvironmentOptions, type PluginOption } from 'vite';

const HERE = import.meta.dirname;
const OUT = join(HERE, '..', 'dist', 'desktop');
const BUILTIN: ReadonlySet<string> = new Set([...builtinModules, 'electron']);

/** Everything of the desktop application that is not its page; `vite build --app` makes `dist/desktop`. */
export default defineConfig({
  root: HERE,
  publicDir: false,
  builder: {
    async buildApp(builder) {
      // Not Vite's own environment `client`: the page is another build.
      for (const part of Object.values(builder.environments)) {
        if (part.name !== 'client') await builder.build(part);
      }
    },
  },
  plugins: [icon(), packages()],
  environments: {
    main: script('main.ts', 'main.cjs'),
    // A sandboxed preload script can load no other file of ours.
    preload: script('preload.ts', 'preload.cjs'),
    service: programs({ main: 'service/service-entry.ts' }),
  },
});

/** One file in CommonJS with everything in it but Electron and Node. */
function script(entry: string, name: string): EnvironmentOptions {
  return {
    consumer: 'server',
    resolve: { noExternal: true, external: ['electron'] },
    build: {
      outDir: OUT,
      emptyOutDir: false,
      target: 'node24',
      ssr: true,
      minify: false,
      rolldownOptions: {
        input: join(HERE, entry),
        external: [/^node:/, ...BUILTIN],
        output: { format: 'cjs', entryFileNames: name, codeSplitting: false },
      },
    },
  };
}

/** Programs for Node: our TypeScript in a few files, every npm package left where npm put it. */
function programs(entries: Readonly<Record<string, string>>): EnvironmentOptions {
  return {
    consumer: 'server',
    build: {
      outDir: join(OUT, 'service'),
      emptyOutDir: true,
      target: 'node24',
      ssr: true,
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(HERE, file)])),
        output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
      },
    },
  };
}

/** The icon of windows, beside the scripts that open them. */
function icon(): PluginOption {
  return {
    name: 'yiping-icon',
    applyToEnvironment: ({ name }) => name === 'main',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'icon.png', source: readFileSync(join(HERE, 'icon', 'yiping.png')) });
    },
  };
}

/** Names the npm packages that the service's files import: what is packaged with them. */
function packages(): PluginOption {
  return {
    name: 'yiping-packages',
    applyToEnvironment: ({ name }) => name === 'service',
    generateBundle(_options, bundle) {
      const imported = Object.values(bundle)
        .filter((file) => file.type === 'chunk')
        .flatMap((chunk) => [...chunk.imports, ...chunk.dynamicImports])
        .filter((id) => !(id in bundle) && !BUILTIN.has(id) && !id.startsWith('node:'));
      const names = [...new Set(imported.map(packageName))].sort();
      this.emitFile({ type: 'asset', fileName: 'packages.json', source: `${JSON.stringify(names, null, 2)}\n` });
    },
  };
}

/** `@scope/name/file` → `@scope/name`. */
function packageName(id: string): string {
  return id.split('/', id.startsWith('@') ? 2 : 1).join('/');
}
