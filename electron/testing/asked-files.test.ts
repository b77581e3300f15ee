import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { missingToPackages, missingToPages, missingToScripts } from './asked-files.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'yiping-asked-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

it('a script that is not there, a file and a package that scripts import are named with who asks', () => {
  const app = folderWith({
    'dist/main.cjs':
      'require("node:fs"); require("electron"); require("here"); require("away/lib"); require("./a.cjs");',
    'dist/a.cjs': 'const b = () => import("./b.mjs");',
    'node_modules/here/package.json': '{}',
  });
  expect(missingToScripts(app, ['dist/main.cjs', 'dist/preload.cjs'])).toEqual([
    'dist/preload.cjs',
    'dist/main.cjs → away/lib',
    'dist/a.cjs → ./b.mjs',
  ]);
});

it('a script, a style, a worker, an image and a preloaded chunk that pages lack are named with who asks', () => {
  const site = folderWith({
    'index.html': '<script type="module" src="/assets/index.js"></script><link href="/assets/no.css"><a href="#x"></a>',
    'assets/index.js': 'import "./no.js"; import("./lazy.js"); new Worker(new URL("worker.js", import.meta.url));',
    'assets/lazy.js': 'const m = ["assets/style.css", "assets/gone.js"]; fetch("https://example.com/x.js");',
    'assets/style.css': 'a { background: url(no.png) } b { background: url(data:,x) }',
  });
  expect(missingToPages(site, ['index.html']).sort()).toEqual([
    'assets/index.js → ./no.js',
    'assets/index.js → worker.js',
    'assets/lazy.js → ../assets/gone.js',
    'assets/style.css → no.png',
    'index.html → assets/no.css',
  ]);
});

it('a package that another depends on is named, unless it is optional', () => {
  const app = folderWith({
    'node_modules/a/package.json': '{"dependencies":{"b":"1","c":"1","o":"1"},"optionalDependencies":{"o":"1"}}',
    'node_modules/a/node_modules/b/package.json': '{"dependencies":{"@s/d":"1"}}',
    'node_modules/@s/d/package.json': '{"dependencies":{"e":"1"}}',
  });
  expect(missingToPackages(app).sort()).toEqual(['node_modules/@s/d → e', 'node_modules/a → c']);
});
