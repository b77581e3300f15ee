import type { Socket } from 'node:net';
import type { Client } from 'aedes';
import { AnswerOrder } from './answer-order.ts';
import type { TableEntry } from './connection-table.ts';
import type { Identity } from './login.ts';
import { networkAddress } from './network-address.ts';
import type { PacketGate } from './packet-gate.ts';

/** One connection, from TCP to its end. */
export class BrokerConnection implements TableEntry {
  readonly address: string;
  readonly answers = new AnswerOrder();
  /** What its client has subscribed to. */
  readonly filters = new Set<string>();
  /** What its certificate calls it; undefined where none is asked for. */
  certificate: string | undefined;
  /** Who logged in. */
  identity: Identity | undefined;
  willTopic: string | undefined;
  isBeingChecked = false;
  /** Engineers know why it is closed. */
  isToldOf = false;
  /** When they were told last that it misses messages, epoch ms. */
  slowToldAt = Number.NEGATIVE_INFINITY;
  /** They know that it is held back, that it has too many subscriptions. */
  isHeldTold = false;
  isFullTold = false;
  gate: PacketGate | undefined;
  #socket: Socket;
  #turn = -1;
  #bytesInTurn = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.address = networkAddress(socket.remoteAddress);
  }

  /** The stream that aedes reads: the socket itself, or what TLS makes of it. */
  begin(stream: Socket, gate: PacketGate, certificate: string | undefined): void {
    this.#socket = stream;
    this.gate = gate;
    this.certificate = certificate;
  }

  /** aedes hangs its client on the stream. */
  get client(): (Client & { pause(): void }) | undefined {
    return (this.#socket as Socket & { client?: Client & { pause(): void } }).client;
  }

  /**
   * Whether its client can be sent so many bytes more. aedes hands over all messages of one turn of the event loop before
   * it writes the first, so that the socket alone would tell too late.
   */
  mayBeSent(bytes: number, turn: number, maxBytes: number): boolean {
    if (this.#socket.writableNeedDrain) return false;
    if (this.#turn !== turn) {
      this.#turn = turn;
      this.#bytesInTurn = 0;
    }
    if (this.#bytesInTurn > 0 && this.#bytesInTurn + bytes > maxBytes) return false;
    this.#bytesInTurn += bytes;
    return true;
  }

  close(): void {
    this.#socket.destroy();
  }
}
