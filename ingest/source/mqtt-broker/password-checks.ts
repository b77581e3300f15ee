import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { isPassword, type PasswordHash } from './password-hash.ts';

/** One core stays free for the service, and of Node's four threads two for the disk. */
const AT_ONCE = Math.max(1, Math.min(2, availableParallelism() - 1));
/** Passwords that wait to be checked. */
const MAX_WAITING = 1_000;
/** Passwords known to be right. */
const MAX_KNOWN = 20_000;

export type PasswordVerdict = 'right' | 'wrong' | 'not-checked';

export interface PasswordAttempt {
  /** Where it comes from; each of these has its turn. */
  readonly from: string;
  readonly password: Buffer;
  readonly hash: PasswordHash;
  /** Asked when its turn has come: others may have failed meanwhile. */
  readonly mayTry: () => boolean;
}

interface Waiting {
  readonly attempt: PasswordAttempt;
  readonly resolve: (verdict: PasswordVerdict) => void;
}

/**
 * Checks passwords, a few at a time, in turns by where they come from: a flood of wrong ones from one address delays
 * others by one check. A password found right is known again without hashing, by a keyed digest in memory, so that a
 * thousand devices that reconnect cost nothing.
 */
export class PasswordChecks {
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #key = randomBytes(32);
  /** By hash, oldest first. */
  readonly #known = new Map<string, Buffer>();
  #waitingCount = 0;
  #running = 0;

  /** 'not-checked': too many wait, or it might not try any more when its turn came. */
  check(attempt: PasswordAttempt): Promise<PasswordVerdict> {
    if (!attempt.mayTry()) return Promise.resolve('not-checked');
    if (this.#isKnown(attempt)) return Promise.resolve('right');
    if (this.#waitingCount >= MAX_WAITING) return Promise.resolve('not-checked');
    return new Promise((resolve) => {
      const queue = this.#waiting.get(attempt.from) ?? [];
      this.#waiting.set(attempt.from, queue);
      queue.push({ attempt, resolve });
      this.#waitingCount++;
      this.#runNext();
    });
  }

  #runNext(): void {
    while (this.#running < AT_ONCE) {
      const next = this.#takeNext();
      if (next === undefined) return;
      if (!next.attempt.mayTry()) {
        next.resolve('not-checked');
        continue;
      }
      this.#running++;
      this.#run(next).finally(() => {
        this.#running--;
        this.#runNext();
      });
    }
  }

  /** The oldest of the address whose turn it is; that address goes to the end. */
  #takeNext(): Waiting | undefined {
    for (const [from, queue] of this.#waiting) {
      const next = queue.shift();
      this.#waiting.delete(from);
      if (queue.length > 0) this.#waiting.set(from, queue);
      this.#waitingCount--;
      return next;
    }
    return undefined;
  }

  async #run({ attempt, resolve }: Waiting): Promise<void> {
    try {
      const isRight = await isPassword(attempt.password, attempt.hash);
      if (isRight) this.#remember(attempt);
      resolve(isRight ? 'right' : 'wrong');
    } catch {
      // Out of memory for the hash; the client tries again.
      resolve('not-checked');
    }
  }

  #isKnown({ password, hash }: PasswordAttempt): boolean {
    const known = this.#known.get(hash.text);
    return known !== undefined && timingSafeEqual(known, this.#digest(password));
  }

  #remember({ password, hash }: PasswordAttempt): void {
    if (this.#known.size >= MAX_KNOWN) this.#known.delete(this.#known.keys().next().value as string);
    this.#known.set(hash.text, this.#digest(password));
  }

  #digest(password: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(password).digest();
  }
}
