import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { generate, type Packet, parser } from 'mqtt-packet';

/** For tests: the broker's side of each connection, said packet by packet. */
export class ScriptedBroker {
  readonly received: Packet[] = [];
  readonly sockets: Socket[] = [];
  /** Whether it lets clients in and takes their subscriptions by itself. */
  isPolite = true;
  /** What CONNACK says of the session. */
  sessionPresent = false;
  readonly #version: 4 | 5;
  readonly #server: Server = createServer((socket) => this.#take(socket));
  #watchers: (() => void)[] = [];

  constructor(version: 4 | 5) {
    this.#version = version;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  send(...packets: Packet[]): void {
    const bytes = packets.map((packet) => generate(packet, { protocolVersion: this.#version }));
    this.sockets.at(-1)?.write(Buffer.concat(bytes));
  }

  publish(messageId: number, value: number, more: Partial<{ dup: boolean; qos: 1 | 2; payload: string }> = {}): void {
    const packet = {
      cmd: 'publish',
      topic: 'twin/a/x',
      payload: String(value),
      qos: 1,
      dup: false,
      retain: false,
    } as const;
    this.send({ ...packet, messageId, ...more });
  }

  /** Packet identifiers of the answers of one kind, in their order. */
  idsOf(cmd: Packet['cmd']): unknown[] {
    return this.received.filter((packet) => packet.cmd === cmd).map(({ messageId }) => messageId);
  }

  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!holds()) return;
        this.#watchers = this.#watchers.filter((other) => other !== check);
        resolve();
      };
      this.#watchers.push(check);
      check();
    });
  }

  /** Breaks the newest connection. */
  cut(): void {
    this.sockets.at(-1)?.destroy();
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #take(socket: Socket): void {
    this.sockets.push(socket);
    socket.on('error', () => {
      // The other side may close whenever it likes.
    });
    const parse = parser({ protocolVersion: this.#version });
    parse.on('packet', (packet) => {
      this.received.push(packet);
      if (this.isPolite && packet.cmd === 'connect') {
        const code = this.#version === 5 ? { reasonCode: 0 } : { returnCode: 0 };
        this.send({ cmd: 'connack', sessionPresent: this.sessionPresent, ...code });
      }
      if (this.isPolite && packet.cmd === 'subscribe') {
        const granted = packet.subscriptions.map(({ qos }) => qos);
        this.send({ cmd: 'suback', messageId: packet.messageId ?? 0, granted });
      }
      for (const check of this.#watchers) check();
    });
    parse.on('error', () => socket.destroy());
    socket.on('data', (bytes) => parse.parse(bytes as Buffer));
    for (const check of this.#watchers) check();
  }
}
