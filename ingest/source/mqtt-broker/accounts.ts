import { readFileSync, statSync } from 'node:fs';
import type { Clock } from '#devices/time/clock.ts';
import { type Account, AccountsError, MAX_ACCOUNTS_BYTES, parseAccounts } from './accounts-file.ts';
import { watchFiles } from './file-watch.ts';

export interface AccountsParts {
  readonly path: string;
  readonly clock: Clock;
  /** The file was read again; these accounts are gone or are not what they were. */
  readonly onChange: (changed: ReadonlySet<string>) => void;
  /** The file was changed and is wrong; the accounts from before go on. */
  readonly onProblem: (reason: string) => void;
}

/** The accounts as they stand in their file now: read at the start, and again within seconds of a change. */
export class Accounts {
  readonly #parts: AccountsParts;
  #accounts: ReadonlyMap<string, Account> = new Map();
  #unwatch: (() => void) | undefined;

  constructor(parts: AccountsParts) {
    this.#parts = parts;
  }

  /** @throws {AccountsError} where the file is missing or wrong. */
  start(): void {
    const { path, clock } = this.#parts;
    this.#accounts = readAccounts(path);
    this.#unwatch = watchFiles([path], clock, () => this.#readAgain());
  }

  stop(): void {
    this.#unwatch?.();
  }

  get(user: string): Account | undefined {
    return this.#accounts.get(user);
  }

  #readAgain(): void {
    let read: ReadonlyMap<string, Account>;
    try {
      read = readAccounts(this.#parts.path);
    } catch (error) {
      this.#parts.onProblem(`${(error as Error).message}; the accounts from before go on until it is mended`);
      return;
    }
    const before = this.#accounts;
    this.#accounts = read;
    const isSame = (a: Account, b: Account | undefined) => JSON.stringify(a) === JSON.stringify(b);
    this.#parts.onChange(
      new Set([...before.values()].filter((one) => !isSame(one, read.get(one.user))).map(({ user }) => user)),
    );
  }
}

function readAccounts(path: string): ReadonlyMap<string, Account> {
  let text: string;
  try {
    const { size } = statSync(path);
    if (size > MAX_ACCOUNTS_BYTES) throw new Error(`has ${size} bytes, ${MAX_ACCOUNTS_BYTES} are possible`);
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist' : message;
    throw new AccountsError(`mqtt-accounts-file: ${JSON.stringify(path)} ${why}`);
  }
  return parseAccounts(text, path);
}
