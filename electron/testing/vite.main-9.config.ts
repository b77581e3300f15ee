import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const ELECTRON = join(import.meta.dirname, '..');
const entry = process.env.YIPING_ENTRY === 'preload' ? 'preload' : 'main';
const input = entry === 'preload' ? join(ELECTRON, 'preload.ts') : join(ELECTRON, 'testing', 'main-9.ts');

/** The application's own code for Electron 9.4.1: syntax of 2019, and modules of Node 12, which have no `node:`. */
export default defineConfig({
  root: ELECTRON,
  plugins: [plainNodeNames()],
  build: {
    ssr: true,
    target: 'es2019',
    outDir: join(ELECTRON, '..', '.cache', 'desktop-9', 'dist', 'desktop'),
    emptyOutDir: false,
    minify: false,
    rolldownOptions: {
      input,
      external: ['electron', /^node:/],
      output: { format: 'cjs', entryFileNames: `${entry}.cjs` },
    },
  },
});

function plainNodeNames(): Plugin {
  return { name: 'plain-node-names', renderChunk: (code) => code.replaceAll('require("node:', 'require("') };
}
