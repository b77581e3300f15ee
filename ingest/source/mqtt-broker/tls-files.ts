import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';

export interface TlsFiles {
  /** PEM, the server's own certificate first. */
  readonly certFile: string;
  readonly keyFile: string;
  /** PEM: clients must have a certificate of one of these authorities. */
  readonly caFile?: string;
}

/** A TLS file is missing or wrong; the text says which setting. */
export class TlsFilesError extends Error {
  override readonly name = 'TlsFilesError';
  /** Shown without a stack: a person can mend it. */
  readonly expected = true;
}

/** @throws {TlsFilesError} where a file cannot be read, or they do not fit together. */
export function readTlsFiles({ certFile, keyFile, caFile }: TlsFiles): SecureContextOptions {
  const cert = read('mqtt-tls-cert-file', certFile);
  const key = read('mqtt-tls-key-file', keyFile);
  const options = caFile === undefined ? { cert, key } : { cert, key, ca: read('mqtt-tls-ca-file', caFile) };
  try {
    createSecureContext(options);
  } catch (error) {
    const files = caFile === undefined ? `${certFile} and ${keyFile}` : `${certFile}, ${keyFile} and ${caFile}`;
    throw new TlsFilesError(
      `mqtt-tls-cert-file: ${files} are not a certificate and its key in PEM (${(error as Error).message}); check them with openssl x509 -in ${certFile} -noout -text`,
    );
  }
  return options;
}

function read(setting: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new TlsFilesError(
      `${setting}: ${JSON.stringify(path)} ${code === 'ENOENT' ? 'does not exist' : `cannot be read: ${message}`}`,
    );
  }
}
