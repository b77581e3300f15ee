import type { ServerMessage, ViewerMessage } from '#devices/wire/control.ts';
import type { Frame } from '#devices/wire/frame.ts';

/** What one connection tells. After `closed` nothing more comes. */
export interface LiveSocketEvents {
  opened(): void;
  message(message: ServerMessage): void;
  frame(frame: Frame): void;
  /** `reason` may be empty. */
  closed(reason: string): void;
}

/** One attempt at one connection. */
export interface LiveSocket {
  send(message: ViewerMessage): void;
  close(): void;
}

export type OpenLiveSocket = (events: LiveSocketEvents) => LiveSocket;
