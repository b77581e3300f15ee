import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<Buffer | string, Buffer, number, ScryptCost, Buffer>(scrypt);

/** scrypt's N, r and p (RFC 7914 §2). */
interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

export interface PasswordHash {
  /** As it stands in the accounts file. */
  readonly text: string;
  readonly cost: ScryptCost;
  readonly salt: Buffer;
  readonly key: Buffer;
}

/**
 * 16 MiB and 56 ms of one core (measured; p = 5: 196 ms). More would hold up a thousand devices that come back at once;
 * a device's password can be random, and then no cost matters.
 */
const LOG_N = 14;
const COST: ScryptCost = { N: 2 ** LOG_N, r: 8, p: 1 };
const SALT_BYTES = 16;
const KEY_BYTES = 32;

/** The PHC string format: `$scrypt$ln=14,r=8,p=1$SALT$KEY`, both base64 without padding. */
const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,88})\$([A-Za-z0-9+/]{22,88})$/;

/** The password as it may be written down. */
export async function hashPassword(password: string | Buffer): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, KEY_BYTES, COST);
  return `$scrypt$ln=${LOG_N},r=${COST.r},p=${COST.p}$${unpadded(salt)}$${unpadded(key)}`;
}

/** Undefined: it is none, or one that would take more than 32 MiB or be guessed at once. */
export function parsePasswordHash(text: string): PasswordHash | undefined {
  const [, ln, r, p, salt, key] = PHC.exec(text) ?? [];
  if (salt === undefined || key === undefined) return undefined;
  const cost = { N: 2 ** Number(ln), r: Number(r), p: Number(p) };
  const isBearable = cost.N >= 2 ** 13 && 128 * cost.N * cost.r <= 32 * 1024 * 1024 && cost.r >= 1;
  if (!isBearable || cost.p < 1 || cost.p > 16) return undefined;
  return { text, cost, salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64') };
}

/** Takes tens of milliseconds, on another thread. */
export async function isPassword(password: Buffer, { cost, salt, key }: PasswordHash): Promise<boolean> {
  const derived = await derive(password, salt, key.length, { ...cost, maxmem: 64 * 1024 * 1024 } as ScryptCost);
  return timingSafeEqual(derived, key);
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
