import { connect, createServer, type Server, type Socket } from 'node:net';

/** A port that leads to another one, which can change: what is connected is cut then. */
export class TcpRelay {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #target: number;

  constructor(target: number) {
    this.#target = target;
    this.#server = createServer((socket) => this.#relay(socket));
  }

  async start(): Promise<void> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening));
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  leadTo(target: number): void {
    this.#target = target;
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((closed) => this.#server.close(closed));
  }

  #relay(socket: Socket): void {
    const onward = connect(this.#target, '127.0.0.1');
    for (const [each, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      this.#sockets.add(each);
      each.on('error', () => other.destroy());
      each.on('close', () => {
        this.#sockets.delete(each);
        other.destroy();
      });
      each.pipe(other);
    }
  }
}
