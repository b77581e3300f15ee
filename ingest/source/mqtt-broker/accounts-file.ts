import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { type PasswordHash, parsePasswordHash } from './password-hash.ts';
import { whyNoFilter } from './topic-filter.ts';

/** Who may connect, and what it may do. */
export interface Account {
  readonly user: string;
  /** Absent: only by client certificate. */
  readonly password: PasswordHash | undefined;
  /** Topic filters, with `%u` and `%c`. */
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** Bytes of the file, accounts in it, filters of one account. */
export const MAX_ACCOUNTS_BYTES = 8 * 1024 * 1024;
const MAX_ACCOUNTS = 20_000;
const MAX_FILTERS = 100;

const KEYS = ['user', 'password', 'publish', 'subscribe'];
const EXAMPLE =
  '"- user: NAME", "password: HASH" (npm run mqtt-password makes it), "publish: [twin/%u/#]", "subscribe: []"';

/** The file is wrong; the text says where, what and what is allowed. */
export class AccountsError extends Error {
  override readonly name = 'AccountsError';
  /** Shown without a stack: a person can mend it. */
  readonly expected = true;
}

/**
 * A YAML list of accounts:
 *
 *   - user: pump-17
 *     password: $scrypt$ln=14,r=8,p=1$…$…
 *     publish: [twin/%u/#]
 *     subscribe: [twin/%u/command]
 *
 * A list that is left out is empty: that account may not publish, or not subscribe, at all.
 *
 * @param name The file's, for messages. @throws {AccountsError} for the first thing that is wrong.
 */
export function parseAccounts(text: string, name: string): ReadonlyMap<string, Account> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const fail = (node: Node | null | undefined, what: string): never => {
    const offset = node?.range?.[0];
    const line = offset === undefined ? '' : ` line ${lines.linePos(offset).line}`;
    throw new AccountsError(`mqtt-accounts-file: ${name}${line}: ${what}`);
  };
  const [error] = document.errors;
  if (error !== undefined) {
    throw new AccountsError(`mqtt-accounts-file: ${name} line ${error.linePos?.[0].line ?? 1}: ${firstLine(error)}`);
  }
  const list = document.contents;
  if (!isSeq(list)) return fail(list, `there must be a list of accounts, each ${EXAMPLE}`);
  if (list.items.length > MAX_ACCOUNTS) fail(list, `${list.items.length} accounts; ${MAX_ACCOUNTS} are possible`);
  const accounts = new Map<string, Account>();
  for (const item of list.items) {
    const node = item as Node;
    if (!isMap(node)) return fail(node, `an account is ${EXAMPLE}`);
    const account = readAccount(node, fail);
    if (accounts.has(account.user)) fail(node, `account ${shown(account.user)} is there twice; keep one`);
    accounts.set(account.user, account);
  }
  return accounts;
}

type Fail = (node: Node | null | undefined, what: string) => never;

function readAccount(map: YAMLMap, fail: Fail): Account {
  const nodes = new Map<string, Node | null>();
  for (const { key, value } of map.items as Pair<Node, Node | null>[]) {
    const name = isScalar(key) ? String(key.value) : '?';
    if (!KEYS.includes(name)) fail(key, `${shown(name)} is not known; an account has ${KEYS.join(', ')}`);
    nodes.set(name, value);
  }
  const user = readUser(nodes.get('user'), map, fail);
  const failIn: Fail = (node, what) => fail(node ?? map, `account ${shown(user)}: ${what}`);
  return {
    user,
    password: nodes.has('password') ? readPassword(nodes.get('password'), failIn) : undefined,
    publish: nodes.has('publish') ? readFilters('publish', nodes.get('publish'), failIn) : [],
    subscribe: nodes.has('subscribe') ? readFilters('subscribe', nodes.get('subscribe'), failIn) : [],
  };
}

function readUser(node: Node | null | undefined, map: YAMLMap, fail: Fail): string {
  const user = isScalar(node) ? String(node.value ?? '') : '';
  const isUsable = user.length > 0 && user.length <= 128 && !/[/+#\p{Cc}]/u.test(user);
  return isUsable ? user : fail(node ?? map, `user is 1 to 128 characters without /, + and #, not ${shown(user)}`);
}

function readPassword(node: Node | null | undefined, fail: Fail): PasswordHash {
  const hash = isScalar(node) && typeof node.value === 'string' ? parsePasswordHash(node.value) : undefined;
  // Not shown: it may be the password itself.
  return hash ?? fail(node, 'password is not the hash of one; make it with npm run mqtt-password');
}

function readFilters(key: string, node: Node | null | undefined, fail: Fail): readonly string[] {
  if (!isSeq(node)) return fail(node, `${key} is a list of topic filters, e.g. [twin/%u/#]`);
  if (node.items.length > MAX_FILTERS)
    fail(node, `${key} has ${node.items.length} filters; ${MAX_FILTERS} are possible`);
  return node.items.map((item) => {
    const filter = isScalar(item) && typeof item.value === 'string' ? item.value : '';
    const why = whyNoFilter(filter);
    return why === undefined ? filter : fail(item as Node, `${key}: ${shown(filter)} is no topic filter: ${why}`);
  });
}

function firstLine({ message }: Error): string {
  return message.split('\n', 1)[0] as string;
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
