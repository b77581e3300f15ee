import { join } from 'node:path';
import { defineConfig, type EnvironmentOptions, type Plugin } from 'vite';

const ELECTRON = join(import.meta.dirname, '..');

/** The application's own code for Electron 9.4.1, to `.cache/desktop-9`: syntax of 2019, modules of Node 12. */
export default defineConfig({
  root: ELECTRON,
  publicDir: false,
  builder: {
    async buildApp(builder) {
      for (const part of Object.values(builder.environments)) {
        if (part.name !== 'client') await builder.build(part);
      }
    },
  },
  plugins: [plainNodeNames()],
  environments: { main: script('testing/main-9.ts', 'main.cjs'), preload: script('preload.ts', 'preload.cjs') },
});

function script(entry: string, name: string): EnvironmentOptions {
  return {
    consumer: 'server',
    resolve: { noExternal: true, external: ['electron'] },
    build: {
      ssr: true,
      target: 'es2019',
      outDir: join(ELECTRON, '..', '.cache', 'desktop-9', 'dist', 'desktop'),
      emptyOutDir: false,
      minify: false,
      rolldownOptions: {
        input: join(ELECTRON, entry),
        external: ['electron', /^node:/],
        output: { format: 'cjs', entryFileNames: name, codeSplitting: false },
      },
    },
  };
}

/** Node 12 knows its modules without `node:` only. */
function plainNodeNames(): Plugin {
  return { name: 'plain-node-names', renderChunk: (code) => code.replaceAll('require("node:', 'require("') };
}
