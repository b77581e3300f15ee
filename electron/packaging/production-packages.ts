/** What package-lock.json (version 3) says of one installed package. */
interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Its keys are folders: `node_modules/a/node_modules/b`. */
export type LockedPackages = Readonly<Record<string, LockedPackage>>;

/** The folders of the named packages and of all that they need, as npm would find them from the root. */
export function productionPackages(names: readonly string[], locked: LockedPackages): ReadonlySet<string> {
  const found = new Set<string>();
  const open = names.map((name) => ({ name, from: '' }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const folder = find(next.name, next.from, locked);
    if (folder === undefined || found.has(folder)) continue;
    found.add(folder);
    const { dependencies, optionalDependencies, peerDependencies } = locked[folder] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      open.push({ name, from: folder });
    }
  }
  return found;
}

/** The nearest `node_modules/NAME`, going up from a package's folder; undefined: npm left it out (optional, peer). */
function find(name: string, from: string, locked: LockedPackages): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    const candidate = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (candidate in locked) return candidate;
    if (folder === '') return undefined;
  }
}
