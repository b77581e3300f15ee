import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, defineConfig, mergeConfig, type Plugin, type Rolldown } from 'vite';
import viewer from '../../../twin-viewer/vite.config.ts';

const TARGET = 'chrome83';

/** What every page and worker loads first. */
const FIRST = 'old-chromium.js';

/** The viewer's own build for Chromium 83, to `.cache/legacy-viewer`: for tests on Electron 9.4.1 only. */
export default mergeConfig(
  viewer,
  defineConfig({
    plugins: [oldChromiumInPages(), noTopLevelAwait(), oldChromiumInCesiumWorkers()],
    worker: { format: 'es', plugins: () => [oldChromiumInWorkers()] },
    build: {
      outDir: join(import.meta.dirname, '../../../.cache/legacy-viewer'),
      emptyOutDir: true,
      target: TARGET,
      cssTarget: TARGET,
    },
  }),
);

function oldChromiumInPages(): Plugin {
  return {
    name: 'old-chromium-in-pages',
    // A classic script: the page's modules run after it, whatever chunks they fall into.
    transformIndexHtml: () => [{ tag: 'script', attrs: { src: `/${FIRST}` }, injectTo: 'head-prepend' }],
    async generateBundle() {
      const source = await oldChromium();
      this.emitFile({ type: 'asset', fileName: FIRST, source });
    },
  };
}

async function oldChromium(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: TARGET,
      lib: { entry: join(import.meta.dirname, 'old-chromium.ts'), formats: ['iife'], name: 'oldChromium' },
    },
  });
  const [output] = built as Rolldown.RolldownOutput[];
  return (output as Rolldown.RolldownOutput).output[0].code;
}

function oldChromiumInWorkers(): Plugin {
  return {
    name: 'old-chromium-in-workers',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type === 'chunk' && file.isEntry) file.code = `import '/${FIRST}';${file.code}`;
        }
      },
    },
  };
}

/** Cesium's workers come built; those that are no shared piece are what a page starts. */
function oldChromiumInCesiumWorkers(): Plugin {
  return {
    name: 'old-chromium-in-cesium-workers',
    apply: 'build',
    closeBundle: {
      order: 'post',
      sequential: true,
      handler() {
        const folder = join(import.meta.dirname, '../../../.cache/legacy-viewer/cesium/Workers');
        if (!existsSync(folder)) throw new Error(`no workers of Cesium in ${folder}`);
        for (const name of readdirSync(folder).filter((name) => name.endsWith('.js') && !name.startsWith('chunk-'))) {
          const path = join(folder, name);
          writeFileSync(path, `import '/${FIRST}';${readFileSync(path, 'utf8')}`);
        }
      },
    },
  };
}

/** `await` at the top of a page's entry (Chromium 89) becomes an async function around all but its imports. */
function noTopLevelAwait(): Plugin {
  return {
    name: 'no-top-level-await',
    transform: {
      order: 'post',
      filter: { id: /\/twin-viewer\/[^?]*\.tsx?$/, code: /^(?:await |const .*= await )/m },
      handler(code) {
        const { body } = this.parse(code);
        if (body.some((node) => node.type.startsWith('Export'))) return undefined;
        const isImport = ({ type }: { readonly type: string }) => type === 'ImportDeclaration';
        const text = (nodes: typeof body) => nodes.map((node) => code.slice(node.start, node.end)).join('\n');
        const imports = text(body.filter(isImport));
        const rest = text(body.filter((node) => !isImport(node)));
        return { code: `${imports}\n(async () => {\n${rest}\n})();`, map: null };
      },
    },
  };
}
