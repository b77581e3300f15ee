import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

/** What every broker takes (MQTT 3.1.1 §3.1.3.1): 1 to 23 letters and digits. */
const CLIENT_ID = /^[0-9a-zA-Z]{1,23}$/;

/**
 * The client id kept in `path`, made by chance at the first call: a broker finds our session by it, so it has to stay,
 * and no two processes may have the same. @throws {Error} where the file cannot be read or written.
 */
export function keptClientId(path: string): string {
  const kept = readKept(path);
  if (kept !== undefined && CLIENT_ID.test(kept)) return kept;
  const made = `yiping${randomBytes(8).toString('hex')}`;
  writeFileSync(path, `${made}\n`);
  return made;
}

function readKept(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
