import type { ServerMessage, ViewerMessage } from '#devices/wire/control.ts';
import { decodeFrame, type Frame } from '#devices/wire/frame.ts';
import type { LiveConnection, LiveServer } from '../live-server.ts';
import type { LiveSocket } from '../live-socket.ts';

/** What a viewer knows of one datastream. */
export interface Known {
  readonly time: number;
  readonly receivedTime: number;
  readonly value: number | string | undefined;
  readonly status: number;
}

/** A viewer without a network: keeps what it was sent, in order, and applies frames as devices/wire says. */
export class RecordingViewer implements LiveSocket {
  bufferedAmount = 0;
  readonly received: (ServerMessage | Frame)[] = [];
  readonly known = new Map<number, Known>();
  closed: { readonly code: number; readonly reason: string } | undefined;
  isTerminated = false;
  pings = 0;
  readonly #connection: LiveConnection | undefined;

  constructor(server: LiveServer) {
    this.#connection = server.connect(this);
  }

  get frames(): Frame[] {
    return this.received.filter((each) => 'sequence' in each);
  }

  get messages(): ServerMessage[] {
    return this.received.filter((each) => 'type' in each);
  }

  say(message: ViewerMessage): void {
    this.saySomething(JSON.stringify(message));
  }

  saySomething(text: string): void {
    this.#connection?.message(text);
  }

  /** Acknowledges everything that came. */
  acknowledge(): void {
    this.say({ type: 'acknowledge', sequence: this.frames.at(-1)?.sequence ?? 0 });
  }

  pong(): void {
    this.#connection?.pong();
  }

  send(data: string | Uint8Array): void {
    if (typeof data === 'string') {
      this.received.push(JSON.parse(data) as ServerMessage);
      return;
    }
    const frame = decodeFrame(data.slice().buffer);
    this.received.push(frame);
    this.#apply(frame);
  }

  ping(): void {
    this.pings++;
  }

  close(code: number, reason: string): void {
    this.closed = { code, reason };
    this.#connection?.closed();
  }

  terminate(): void {
    this.isTerminated = true;
    this.#connection?.closed();
  }

  #apply({ kind, batch, texts }: Frame): void {
    if (kind === 'snapshot') this.known.clear();
    for (let i = 0; i < batch.count; i++) {
      this.known.set(batch.index[i] as number, {
        time: batch.time[i] as number,
        receivedTime: batch.receivedTime[i] as number,
        value: batch.value[i] as number,
        status: batch.status[i] as number,
      });
    }
    for (const { index, time, receivedTime, value, status } of texts) {
      this.known.set(index, { time, receivedTime, value, status });
    }
  }
}
