import react from '@vitejs/plugin-react';
import { defineConfig, normalizePath, type PluginOption } from 'vite';
import { viteStaticCopy } from 'vite-plugin-static-copy';

const CESIUM_BUILD = normalizePath(`${import.meta.dirname}/../node_modules/cesium/Build/Cesium`);

/** Where Cesium finds its workers and its few data files, on the same origin as the page. */
const CESIUM_BASE_URL = '/cesium/';

/** What Cesium fetches at run time when there is no globe, no sky and no online service: the rest stays behind. */
const CESIUM_FILES = [
  'Workers/**/*',
  'ThirdParty/**/*',
  'Assets/IAU2006_XYS/*',
  'Assets/approximateTerrainHeights.json',
  'Assets/Images/ion-credit.png',
];

/** The ingestion service of a developer; the viewer's own server answers everything else. */
const SERVICE = 'http://127.0.0.1:8080';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), cesiumFiles()],
  define: { CESIUM_BASE_URL: JSON.stringify(CESIUM_BASE_URL) },
  build: {
    outDir: '../dist/viewer',
    emptyOutDir: true,
    target: 'es2023',
    // Cesium alone is above Vite's default of 500 kB.
    chunkSizeWarningLimit: 6000,
    rolldownOptions: {
      // The city, and what the desktop application shows before there is one.
      input: ['index.html', 'start.html'].map((page) => `${import.meta.dirname}/${page}`),
      output: { codeSplitting: { groups: chunks() } },
    },
  },
  server: {
    proxy: {
      '/api': SERVICE,
      '/tiles': SERVICE,
      '/live': { target: SERVICE, ws: true },
    },
  },
});

/** Chunks that change with a dependency and not with our code, so that a browser keeps them over our releases. */
function chunks() {
  return [
    { name: 'cesium', test: /node_modules[\\/](cesium|@cesium)[\\/]/, priority: 2 },
    { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 1 },
  ];
}

function cesiumFiles(): PluginOption {
  return viteStaticCopy({
    targets: CESIUM_FILES.map((name) => ({
      src: `${CESIUM_BUILD}/${name}`,
      dest: 'cesium',
      rename: (_name, _extension, path) => ({
        stripBase: true,
        name: normalizePath(path).slice(CESIUM_BUILD.length + 1),
      }),
    })),
  });
}
