/** The service cannot start; the text says what, why and what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
  /** Shown without a stack: a person can mend it. */
  readonly expected = true;
}

/** Turns the error of a `listen` into one that names the setting; other errors stay as they are. */
export function portError(error: unknown, setting: string, host: string, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const where = `${setting}: port ${port} on ${host}`;
  switch (code) {
    case 'EADDRINUSE':
      return new StartError(
        `${where} is used by another program. Stop that one, or choose another: --${setting} PORT.`,
      );
    case 'EACCES':
      return new StartError(`${where} may not be used by this user. Choose one from 1024 on: --${setting} PORT.`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartError(
        `host: ${host} is not an address of this machine. Give one of its own, or 0.0.0.0 for all.`,
      );
    default:
      return error;
  }
}
