import type { EventEmitter } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls';
import type { Clock } from '#devices/time/clock.ts';
import { watchFiles } from './file-watch.ts';
import { readTlsFiles, type TlsFiles } from './tls-files.ts';

export interface ListenersOptions {
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsFiles & { readonly host: string; readonly port: number };
  /** Sockets that may be open at once, on both ports each. */
  readonly maxSockets: number;
  readonly handshakeTimeoutMs: number;
}

export interface ListenersParts {
  readonly clock: Clock;
  /** A TCP connection; what is answered gets the stream of MQTT, once there is one. Undefined: it was refused. */
  readonly onSocket: (raw: Socket) => ((stream: Socket, certificate: string | undefined) => void) | undefined;
  readonly onDrop: (address: string | undefined) => void;
  readonly onHandshakeFailed: (error: Error, address: string | undefined) => void;
  readonly onCertificateProblem: (reason: string) => void;
}

/** TCP keep-alive, for clients with an MQTT keep-alive of 0 whose other end is gone, ms. */
const TCP_KEEP_ALIVE_MS = 60_000;
const SOCKET_OPTIONS = { noDelay: true, keepAlive: true, keepAliveInitialDelay: TCP_KEEP_ALIVE_MS };

/** The ports of the broker: plain, and encrypted where it is asked for. */
export class Listeners {
  readonly #options: ListenersOptions;
  readonly #parts: ListenersParts;
  readonly #servers: Server[] = [];
  #plain: Server | undefined;
  #encrypted: TlsServer | undefined;
  #unwatch: (() => void) | undefined;

  constructor(options: ListenersOptions, parts: ListenersParts) {
    this.#options = options;
    this.#parts = parts;
  }

  get port(): number | undefined {
    return portOf(this.#plain);
  }

  get tlsPort(): number | undefined {
    return portOf(this.#encrypted);
  }

  /** @throws the error of `listen`, e.g. EADDRINUSE, or {TlsFilesError} */
  async start(): Promise<void> {
    const { host, port, tls } = this.#options;
    // First, so that a wrong file is told before anything listens.
    const encrypted = tls === undefined ? undefined : this.#tlsServer(tls);
    const plain = createServer(SOCKET_OPTIONS);
    plain.on('connection', (socket) => this.#parts.onSocket(socket)?.(socket, undefined));
    this.#plain = plain;
    await this.#listen(plain, host, port);
    if (encrypted === undefined || tls === undefined) return;
    this.#encrypted = encrypted;
    await this.#listen(encrypted, tls.host, tls.port);
  }

  /** Takes no more connections; resolves when those there are have closed. */
  async stop(): Promise<void> {
    this.#unwatch?.();
    await Promise.all(this.#servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  }

  #tlsServer(files: TlsFiles): TlsServer {
    const { clock, onSocket, onHandshakeFailed, onCertificateProblem } = this.#parts;
    const hasClientCertificates = files.caFile !== undefined;
    const options = { requestCert: hasClientCertificates, rejectUnauthorized: hasClientCertificates };
    const handshakeTimeout = this.#options.handshakeTimeoutMs;
    const server = createTlsServer({ ...SOCKET_OPTIONS, ...readTlsFiles(files), ...options, handshakeTimeout });
    // Node does not say of which connection a handshake came; both have the same other end.
    const handshaking = new Map<string, (stream: Socket, certificate: string | undefined) => void>();
    server.on('connection', (raw: Socket) => {
      const key = otherEnd(raw);
      const take = onSocket(raw);
      if (take === undefined) return;
      handshaking.set(key, take);
      raw.once('close', () => handshaking.delete(key));
    });
    server.on('secureConnection', (stream) => {
      const key = otherEnd(stream);
      const take = handshaking.get(key);
      handshaking.delete(key);
      if (take === undefined) stream.destroy();
      else take(stream, hasClientCertificates ? commonName(stream) : undefined);
    });
    server.on('tlsClientError', (error, stream) => {
      onHandshakeFailed(error, stream.remoteAddress);
      // Node leaves it open after a handshake that took too long.
      stream.destroy();
    });
    const paths = [files.certFile, files.keyFile, ...(files.caFile === undefined ? [] : [files.caFile])];
    this.#unwatch = watchFiles(paths, clock, () => {
      try {
        server.setSecureContext(readTlsFiles(files));
      } catch (error) {
        onCertificateProblem(`${(error as Error).message}; the certificate from before goes on until it is mended`);
      }
    });
    return server;
  }

  #listen(server: Server, host: string, port: number): Promise<void> {
    server.maxConnections = this.#options.maxSockets;
    server.on('drop', (dropped) => this.#parts.onDrop(dropped?.remoteAddress));
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        this.#servers.push(server);
        // Running out of file descriptors comes as an error of the server; it goes on with those it has.
        (server as EventEmitter).on('error', (error: Error) => this.#parts.onHandshakeFailed(error, undefined));
        resolve();
      });
    });
  }
}

function portOf(server: Server | undefined): number | undefined {
  const address = server?.address();
  return typeof address === 'object' ? address?.port : undefined;
}

function otherEnd(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}

/** '' where it has none: such a certificate is nobody's. */
function commonName(stream: TLSSocket): string {
  const name: unknown = stream.getPeerCertificate().subject?.CN;
  return typeof name === 'string' ? name : '';
}
