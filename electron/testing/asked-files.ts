import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

/** One thing that a file asks for and that is not there: `dist/desktop/main.cjs → left-pad`. */
export type Missing = string;

/** What scripts (CommonJS or modules, paths under `app`) import and is not there: files of ours, and npm packages. */
export function missingToScripts(app: string, entries: readonly string[]): Missing[] {
  return follow(app, entries, (file, text) =>
    imports(text, { withRequire: true })
      .filter((name) => !isBuiltin(name))
      .map((name) =>
        name.startsWith('.')
          ? { name, path: join(dirname(file), name), opens: true }
          : { name, path: packageFolder(app, dirname(file), name), opens: false },
      ),
  );
}

/** What pages (paths under `site`), their scripts and styles refer to and is not there. */
export function missingToPages(site: string, pages: readonly string[]): Missing[] {
  return follow(site, pages, (file, text) =>
    references(file, text).map((name) => ({ name, path: join(dirname(file), name), opens: true })),
  );
}

/** What packages in `node_modules` (of any depth) depend on and is not there. */
export function missingToPackages(app: string): Missing[] {
  return readdirSync(join(app, 'node_modules'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /(^|node_modules\/)(@[^/]+\/)?[^/@]+\/package\.json$/.test(path))
    .flatMap((path) => {
      const folder = join('node_modules', dirname(path));
      const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readText(app, join(folder, 'package.json')));
      return Object.keys(dependencies)
        .filter((name) => !(name in optionalDependencies))
        .filter((name) => packageFolder(app, folder, name) === undefined)
        .map((name) => `${folder} → ${name}`);
    });
}

interface Reference {
  readonly name: string;
  /** Undefined: nowhere to be found. */
  readonly path: string | undefined;
  /** Whether what it refers to asks for more. */
  readonly opens: boolean;
}

function follow(root: string, entries: readonly string[], askedBy: (file: string, text: string) => Reference[]) {
  const missing = entries.filter((entry) => !isFile(root, entry));
  const seen = new Set<string>(entries);
  const open = entries.filter((entry) => isFile(root, entry));
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (!/\.([cm]?js|css|html)$/.test(file)) continue;
    for (const { name, path, opens } of askedBy(file, readText(root, file))) {
      if (path === undefined || (opens && !isFile(root, path))) missing.push(`${file} → ${name}`);
      else if (opens && !seen.has(path)) open.push(path);
      if (path !== undefined) seen.add(path);
    }
  }
  return missing;
}

/** `import`, `export … from` and `import()`; in scripts for Node `require()` too. */
function imports(text: string, { withRequire }: { readonly withRequire: boolean }): string[] {
  return ts.preProcessFile(text, true, withRequire).importedFiles.map(({ fileName }) => fileName);
}

/** Relative to the file, of the same origin. */
function references(file: string, text: string): string[] {
  const up = relative(dirname(file), '.') || '.';
  const found = file.endsWith('.html')
    ? matches(text, /\s(?:src|href)="([^"]+)"/g)
    : file.endsWith('.css')
      ? matches(text, /url\(["']?([^"')]+)["']?\)/g)
      : [
          ...imports(text, { withRequire: false }).filter((name) => name.startsWith('.')),
          ...matches(text, /new URL\(\s*["'`]([^"'`]+)["'`]\s*,\s*(?:["'`]["'`]\s*\+\s*)?import\.meta\.url/g),
          // Vite's list of what a chunk preloads, and files it names: from the site's root.
          ...matches(text, /["'`](assets\/[^"'`$]+\.(?:js|css))["'`]/g).map((name) => `/${name}`),
        ];
  return found
    .filter((name) => !/^([a-z]+:|#|\/\/)/i.test(name))
    .map((name) => name.replace(/[?#].*$/, ''))
    .map((name) => (name.startsWith('/') ? join(up, name) : name));
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap(([, name]) => name ?? []);
}

function isBuiltin(name: string): boolean {
  return name === 'electron' || name.startsWith('node:') || builtinModules.includes(name);
}

/** The nearest `node_modules/NAME` with a package.json, going up. */
function packageFolder(app: string, from: string, id: string): string | undefined {
  const name = id.split('/', id.startsWith('@') ? 2 : 1).join('/');
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (isFile(app, join(candidate, 'package.json'))) return candidate;
    if (folder === '.') return undefined;
  }
}

function isFile(root: string, path: string): boolean {
  const file = join(root, path);
  return existsSync(file) && statSync(file).isFile();
}

function readText(root: string, path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
