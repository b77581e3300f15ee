import { existsSync } from 'node:fs';

/** For measurements that open the product in a browser. Ends the process, with what to do, where there is no viewer. */
export function needBuiltViewer(): void {
  if (existsSync('dist/viewer/index.html')) return;
  console.error('npm run bench: the viewer is not built; run `npm run build` first');
  process.exit(1);
}
