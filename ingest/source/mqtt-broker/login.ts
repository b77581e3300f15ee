import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '#devices/time/clock.ts';
import { AttemptLimit } from '../../serve/access/attempt-limit.ts';
import type { Account } from './accounts-file.ts';
import { PasswordChecks } from './password-checks.ts';
import { type PasswordHash, parsePasswordHash } from './password-hash.ts';
import { ALL_RIGHTS, rightsOf, type TopicRights } from './topic-rights.ts';

/** Who a client is. */
export interface Identity {
  /** Its account; undefined for whoever has the access token, and where there are no accounts. */
  readonly user: string | undefined;
  readonly rights: TopicRights;
}

/** Why it may not come in. */
export interface Refusal {
  /** Kind of the issue. */
  readonly kind: 'access-denied' | 'login-limited' | 'login-busy';
  readonly reason: string;
  /** Of the CONNACK, MQTT 3.1.1 §3.2.2.3: 3 later, 4 wrong password, 5 not authorised. */
  readonly returnCode: 3 | 4 | 5;
}

export interface LoginAttempt {
  readonly address: string;
  readonly clientId: string;
  readonly user: string | undefined;
  readonly password: Buffer | undefined;
  /** The common name in its certificate, which the TLS layer has verified. */
  readonly certificate: string | undefined;
}

export interface LoginParts {
  readonly accessToken: string | undefined;
  readonly accounts: { get(user: string): Account | undefined } | undefined;
  readonly clock: Clock;
}

/** Wrong passwords a minute from one address for all its users together; for one user see AttemptLimit. */
const MAX_FAILURES_OF_ADDRESS = 100;

/**
 * Who may come in. The access token as the password opens everything. With accounts, a certificate's common name or a
 * user name and its password open what the account says. With neither token nor accounts everybody may do everything.
 */
export class Login {
  readonly #parts: LoginParts;
  readonly #checks = new PasswordChecks();
  readonly #failuresOfUser: AttemptLimit;
  readonly #failuresOfAddress: AttemptLimit;

  constructor(parts: LoginParts) {
    this.#parts = parts;
    this.#failuresOfUser = new AttemptLimit(parts.clock);
    this.#failuresOfAddress = new AttemptLimit(parts.clock, MAX_FAILURES_OF_ADDRESS);
  }

  async check(attempt: LoginAttempt): Promise<Identity | Refusal> {
    const { accessToken, accounts } = this.#parts;
    const { clientId, password, certificate } = attempt;
    if (accessToken !== undefined && password !== undefined && isSameSecret(password, accessToken)) return anyone();
    if (certificate !== undefined) return this.#byCertificate(certificate, clientId);
    if (accounts !== undefined) return this.#byPassword(attempt, accounts);
    if (accessToken === undefined) return anyone();
    const what = password === undefined ? 'gave no password' : 'gave a wrong password';
    return denied(`client ${clientId} ${what}; give the access token as the MQTT password, with any user name`);
  }

  #byCertificate(name: string, clientId: string): Identity | Refusal {
    const { accounts } = this.#parts;
    if (accounts === undefined) return anyone();
    const account = accounts.get(name);
    if (account !== undefined) return asAccount(account, clientId);
    return denied(`client ${clientId}: its certificate is of ${name}, and there is no such account; add it`);
  }

  async #byPassword(
    { address, clientId, user, password }: LoginAttempt,
    accounts: { get(user: string): Account | undefined },
  ): Promise<Identity | Refusal> {
    if (user === undefined || password === undefined) {
      return denied(`client ${clientId} gave no user name or no password; give those of an account`);
    }
    const account = accounts.get(user);
    const key = `${address} ${user.slice(0, 128)}`;
    const waitMs = () => Math.max(this.#failuresOfUser.waitMs(key), this.#failuresOfAddress.waitMs(address));
    const verdict = await this.#checks.check({
      from: address,
      password,
      // An unknown user takes as long as a wrong password, so that user names cannot be found out.
      hash: account?.password ?? NO_PASSWORD,
      mayTry: () => waitMs() === 0,
    });
    // As it is now: the accounts may have changed meanwhile.
    const current = accounts.get(user);
    if (verdict === 'right' && current !== undefined && current.password?.text === account?.password?.text) {
      return asAccount(current, clientId);
    }
    if (verdict === 'not-checked') return refusedUnchecked(address, user, waitMs());
    this.#failuresOfUser.failed(key);
    this.#failuresOfAddress.failed(address);
    return denied(
      `client ${clientId} gave a wrong user name or password (user ${user}); give those of an account in the accounts file`,
    );
  }
}

/** Of no password: its key is of zeros, which scrypt does not make. */
const NO_PASSWORD = parsePasswordHash(`$scrypt$ln=14,r=8,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`) as PasswordHash;

function anyone(): Identity {
  return { user: undefined, rights: ALL_RIGHTS };
}

function asAccount(account: Account, clientId: string): Identity {
  return { user: account.user, rights: rightsOf(account, account.user, clientId) };
}

function denied(reason: string): Refusal {
  return { kind: 'access-denied', reason, returnCode: 4 };
}

function refusedUnchecked(address: string, user: string, waitMs: number): Refusal {
  if (waitMs === 0) {
    const reason = `too many passwords wait to be checked; user ${user} from ${address} must try again`;
    return { kind: 'login-busy', reason, returnCode: 3 };
  }
  const seconds = Math.ceil(waitMs / 1_000);
  const reason = `too many wrong passwords for user ${user} from ${address}; the next is looked at in ${seconds} s; set the right one`;
  return { kind: 'login-limited', reason, returnCode: 5 };
}

/** Compares digests, so that neither the length nor the place of the first difference shows in the time taken. */
function isSameSecret(given: Buffer, secret: string): boolean {
  const digest = (data: Buffer | string): Buffer => createHash('sha256').update(data).digest();
  return timingSafeEqual(digest(given), digest(secret));
}
