import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where Electron looks for its fuses; after it version, length and a state for each ('0' off, '1' on). */
const FUSE_WIRE = `dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\x01\x09`;
/** As Electron ships: RunAsNode, NODE_OPTIONS, --inspect, privileges of file: and traps of WebAssembly are on. */
const SHIPPED_STATES = '101100011';

const FILES = ['LICENSE', 'LICENSES.chromium.html', 'resources.pak', 'icudtl.dat', 'locales/en-US.pak'];

/** A folder laid out like a release of Electron for Linux, whose programs do nothing. */
export function writeStubElectron(folder: string, version: string): void {
  const write = (name: string, content: string, mode = 0o644) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content, { mode });
  };
  for (const name of FILES) write(name, name);
  write('version', version);
  write('resources/default_app.asar', 'left out of every package');
  for (const name of ['chrome-sandbox', 'chrome_crashpad_handler']) write(name, '#!/bin/sh\nexit 1\n', 0o755);
  write('electron', `#!/bin/sh\nexit 1\n${FUSE_WIRE}${SHIPPED_STATES}\n`, 0o755);
}
