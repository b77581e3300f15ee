import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** What every broker takes (MQTT 3.1.1 §3.1.3.1): 1 to 23 letters and digits. */
const CLIENT_ID = /^[0-9a-zA-Z]{1,23}$/;

interface Kept {
  readonly clientId: string;
  /** By the broker's URL. */
  readonly filters: Readonly<Record<string, readonly string[]>>;
}

/**
 * What has to stay over restarts, in one file: the client id by which the brokers know our session, and what the session
 * is subscribed to, so that a filter which is no longer wanted is taken back; the broker would go on with it.
 */
export class KeptSession {
  readonly #path: string;
  #kept: Kept = { clientId: '', filters: {} };

  constructor(path: string) {
    this.#path = path;
  }

  /** Made by chance at the first start, because no two processes may have the same. */
  get clientId(): string {
    return this.#kept.clientId;
  }

  /** @throws {Error} where the file cannot be read or written. */
  open(): void {
    const kept = parseKept(this.#read());
    if (kept === undefined) this.#write({ clientId: `yiping${randomBytes(8).toString('hex')}`, filters: {} });
    else this.#kept = kept;
  }

  filtersOf(url: string): readonly string[] {
    return this.#kept.filters[url] ?? [];
  }

  /** @throws {Error} where the file cannot be written. */
  keepFilters(url: string, filters: readonly string[]): void {
    const sorted = [...filters].sort();
    if (JSON.stringify(sorted) === JSON.stringify(this.filtersOf(url))) return;
    this.#write({ ...this.#kept, filters: { ...this.#kept.filters, [url]: sorted } });
  }

  #read(): string | undefined {
    try {
      return readFileSync(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Beside the old one and then in its place, so that a crash leaves one of both. */
  #write(kept: Kept): void {
    const beside = `${this.#path}.new`;
    writeFileSync(beside, `${JSON.stringify(kept, undefined, 2)}\n`);
    renameSync(beside, this.#path);
    this.#kept = kept;
  }
}

/** Undefined where it is not what was written. */
function parseKept(text: string | undefined): Kept | undefined {
  let json: Partial<Kept>;
  try {
    json = JSON.parse(text ?? '') as Partial<Kept>;
  } catch {
    return undefined;
  }
  const { clientId, filters } = json ?? {};
  if (typeof clientId !== 'string' || !CLIENT_ID.test(clientId)) return undefined;
  if (typeof filters !== 'object' || filters === null) return undefined;
  const areFilters = (list: unknown) => Array.isArray(list) && list.every((filter) => typeof filter === 'string');
  return Object.values(filters).every(areFilters) ? { clientId, filters } : undefined;
}
