/** Who may import whom: the table of the design, "The house". Checked by `npm run check`. */
const rule = (name, from, forbidden, comment) => ({ name, severity: 'error', comment, from, to: forbidden });
const test = '\\.test\\.tsx?$|/testing/|-contract\\.ts$';

module.exports = {
  forbidden: [
    rule('no-cycles', {}, { circular: true }, 'A cycle is two ideas that are not yet separate.'),
    rule('resolvable', {}, { couldNotResolve: true, pathNot: '^virtual:|\\?worker' }, 'Every import leads somewhere.'),
    rule(
      'domain-stands-alone',
      { path: '^devices/(model|time|wire|profiles|catalog)/', pathNot: test },
      { path: '^(devices/fleet|ingest|tilesets|twin-viewer|electron)/' },
      'The domain would compile on the moon.',
    ),
    rule(
      'domain-has-no-platform',
      { path: '^devices/(model|time|wire|profiles|catalog)/', pathNot: test },
      { dependencyTypes: ['core'] },
      'The domain knows neither Node nor the DOM.',
    ),
    rule('fleet', { path: '^devices/fleet/', pathNot: test }, { path: '^(ingest|tilesets|twin-viewer|electron)/' }),
    rule('tilesets', { path: '^tilesets/', pathNot: test }, { path: '^(ingest|twin-viewer|electron|devices/fleet)/' }),
    rule('ingest', { path: '^ingest/', pathNot: test }, { path: '^(twin-viewer|electron|devices/fleet)/' }),
    rule('viewer', { path: '^twin-viewer/', pathNot: test }, { path: '^(ingest|electron|devices/fleet)/' }),
    rule(
      'desktop',
      { path: '^electron/', pathNot: `${test}|^electron/service/[a-z]+-entry\\.ts$` },
      { path: '^(ingest|tilesets|twin-viewer|devices/fleet)/', pathNot: '^twin-viewer/desktop/desktop-bridge\\.ts$' },
      'The service is another process; of the viewer only the bridge is known. The entries of the service are its bundle.',
    ),
    rule(
      'viewer-has-no-node',
      { path: '^twin-viewer/', pathNot: `${test}|vite\\.config\\.ts$` },
      { dependencyTypes: ['core'] },
    ),
    rule(
      'only-shell-knows-electron',
      {
        path: '^electron/',
        pathNot: '^electron/(shell/electron-|shell/menu-template|preload|testing/electron-9-shell)',
      },
      { path: 'node_modules/electron/' },
    ),
    rule(
      'only-scene-knows-cesium',
      { path: '^twin-viewer/', pathNot: '^twin-viewer/(scene/|vite\\.config)' },
      { path: 'node_modules/cesium/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|data)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
