/** Folders that go in as they are. */
const WHOLE = ['dist/desktop', 'dist/viewer', 'dist/tiles'];
const FILES = ['package.json', 'LICENSE'];
/** A city's pack, without the scripts beside it that made it. */
const CITY = /^tilesets\/cities\/[^/.]+(\/|$)/;
/** What npm packages bring along and nobody runs. Licences stay. */
const IDLE_FILE = /(\.d\.[cm]?ts|\.[cm]?ts|\.map|\.tsbuildinfo|\.md|\.markdown)$/i;
const IDLE_FOLDER = /^(tests?|__tests__|docs|examples?|bench(marks?)?|coverage|\.github|\.vscode)$/;
const LICENCE = /(^|\/)(licen[cs]e|notice|copying)[\w-]*(\.(md|markdown|txt))?$/i;

/**
 * Whether a path, relative to the repository's root and with `/`, goes into the package or leads to what does.
 *
 * @param packages Folders of npm packages, `node_modules/…`.
 */
export function packedFiles(packages: ReadonlySet<string>): (path: string) => boolean {
  const parents = parentsOf([...packages, ...WHOLE, 'tilesets/cities/any']);
  return (path) => {
    if (parents.has(path) || FILES.includes(path)) return true;
    if (path.startsWith('node_modules/')) return isPackedModule(path, packages);
    if (path.endsWith('.sources')) return false;
    return CITY.test(path) || WHOLE.some((folder) => path === folder || path.startsWith(`${folder}/`));
  };
}

function isPackedModule(path: string, packages: ReadonlySet<string>): boolean {
  const [folder, inside] = splitAtPackage(path);
  if (!packages.has(folder)) return false;
  const [first] = inside.split('/', 1);
  if (first !== undefined && IDLE_FOLDER.test(first)) return false;
  return LICENCE.test(path) || !IDLE_FILE.test(path);
}

/** `node_modules/a/node_modules/@b/c/lib/x.js` → `['node_modules/a/node_modules/@b/c', 'lib/x.js']`. */
function splitAtPackage(path: string): [string, string] {
  const at = path.lastIndexOf('node_modules/') + 'node_modules/'.length;
  const name = path.slice(at).split('/', path[at] === '@' ? 2 : 1);
  const folder = path.slice(0, at) + name.join('/');
  return [folder, path.slice(folder.length + 1)];
}

/** Every folder above one of the paths, and the root: ''. */
function parentsOf(paths: readonly string[]): ReadonlySet<string> {
  const parents = new Set(['']);
  for (const path of paths) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) parents.add(path.slice(0, at));
  }
  return parents;
}
