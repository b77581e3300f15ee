import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Clock } from '#devices/time/clock.ts';
import { Problem } from '../problem.ts';
import { AttemptLimit } from './attempt-limit.ts';
import { SessionStore } from './session-store.ts';

export const SESSION_COOKIE = 'yiping-session';

/**
 * Who may come in. Without a token everybody who reaches us (loopback only, see the host guard); with one, whoever
 * gives it as `Authorization: Bearer`, or has a session that it opened.
 */
export class AccessControl {
  readonly #tokenDigest: Buffer | undefined;
  readonly #sessions: SessionStore;
  readonly #attempts: AttemptLimit;

  constructor(token: string | undefined, clock: Clock) {
    this.#tokenDigest = token === undefined ? undefined : digest(token);
    this.#sessions = new SessionStore(clock);
    this.#attempts = new AttemptLimit(clock);
  }

  get tokenRequired(): boolean {
    return this.#tokenDigest !== undefined;
  }

  /** Whether this request may come in; a wrong Bearer token counts as an attempt. @throws {Problem} 429 */
  admits(request: FastifyRequest): boolean {
    if (this.#tokenDigest === undefined) return true;
    const session = request.cookies[SESSION_COOKIE];
    if (session !== undefined && this.#sessions.isOpen(session)) return true;
    const bearer = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    return bearer !== undefined && this.#isToken(bearer, request.ip);
  }

  /** A session for whoever knows the token. @throws {Problem} 401, 429 */
  openSession(token: string, address: string): string {
    if (!this.#isToken(token, address)) throw unauthorized('This is not the access token.');
    return this.#sessions.open();
  }

  closeSession(id: string): void {
    this.#sessions.close(id);
  }

  #isToken(given: string, address: string): boolean {
    const waitMs = this.#attempts.waitMs(address);
    if (waitMs > 0) {
      const seconds = String(Math.ceil(waitMs / 1000));
      const message = `Too many wrong tokens from ${address}. Try again in ${seconds} seconds.`;
      throw new Problem(429, { error: 'too-many-attempts', message }, { 'retry-after': seconds });
    }
    // Digests have one length, whatever was given, and their comparison takes the same time wherever they differ.
    const right = this.#tokenDigest !== undefined && timingSafeEqual(digest(given), this.#tokenDigest);
    if (!right) this.#attempts.failed(address);
    return right;
  }
}

/** 401 with what to do. */
export function unauthorized(why: string): Problem {
  const message = `${why} Send it as "Authorization: Bearer TOKEN", or open a session with POST /api/v1/session.`;
  return new Problem(401, { error: 'token-required', message }, { 'www-authenticate': 'Bearer realm="yiping"' });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
