import { readFileSync } from 'node:fs';
import { ConfigError } from './config-error.ts';

/** Characters of a token; 16 random ones of base 64 are 96 bits. */
const LEAST = 16;
const MOST = 500;

/** Reads the token. @throws {ConfigError} where the file is missing or the token can be guessed. */
export function readAccessToken(path: string, origin: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : (error as Error).message;
    throw new ConfigError(
      `access-token-file: ${JSON.stringify(path)} (${origin}) ${why}. Make one: head -c 32 /dev/urandom | base64 > ${path}`,
    );
  }
  const token = text.trim();
  if (token.length < LEAST || token.length > MOST || !/^[\x21-\x7e]+$/.test(token)) {
    throw new ConfigError(
      `access-token-file: the token in ${JSON.stringify(path)} (${origin}) is not allowed; allowed is one line of ` +
        `${LEAST} to ${MOST} ASCII characters without spaces. Make one: head -c 32 /dev/urandom | base64 > ${path}`,
    );
  }
  return token;
}
