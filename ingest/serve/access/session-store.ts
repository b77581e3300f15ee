import { randomBytes } from 'node:crypto';
import type { Clock } from '#devices/time/clock.ts';

/** Sessions at once; the one that was not used for longest gives way. */
const MAX_SESSIONS = 1_000;
/** A session that nobody used for so long has ended: a wall that was off over the holidays still knows us. */
export const SESSION_MS = 30 * 24 * 3_600_000;

/** Browsers that gave the token: a random id each, in the cookie. Kept in memory; after a restart they give it again. */
export class SessionStore {
  readonly #clock: Clock;
  /** Id and when it was last used, the longest unused first. */
  readonly #usedAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A new session's id, 256 random bits. */
  open(): string {
    if (this.#usedAt.size >= MAX_SESSIONS) {
      for (const oldest of this.#usedAt.keys()) {
        this.#usedAt.delete(oldest);
        break;
      }
    }
    const id = randomBytes(32).toString('base64url');
    this.#usedAt.set(id, this.#clock.now());
    return id;
  }

  isOpen(id: string): boolean {
    const usedAt = this.#usedAt.get(id);
    if (usedAt === undefined) return false;
    this.#usedAt.delete(id);
    const now = this.#clock.now();
    if (now - usedAt > SESSION_MS) return false;
    this.#usedAt.set(id, now);
    return true;
  }

  close(id: string): void {
    this.#usedAt.delete(id);
  }
}
