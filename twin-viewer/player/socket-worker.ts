/// <reference lib="webworker" />
import type { ServerMessage, ViewerMessage } from '#devices/wire/control.ts';
import { decodeFrame, type Frame, FrameError, LIVE_PROTOCOL } from '#devices/wire/frame.ts';

/** What the page asks of the worker: one worker is one connection. */
export type SocketOrder =
  | { readonly type: 'open'; readonly url: string }
  | { readonly type: 'send'; readonly message: ViewerMessage }
  | { readonly type: 'close' };

/** What the worker tells the page. */
export type SocketFact =
  | { readonly type: 'opened' }
  | { readonly type: 'message'; readonly message: ServerMessage }
  | { readonly type: 'frame'; readonly frame: Frame }
  | { readonly type: 'closed'; readonly reason: string };

const scope = self as unknown as DedicatedWorkerGlobalScope;
let socket: WebSocket | undefined;

scope.addEventListener('message', (event: MessageEvent<SocketOrder>) => {
  const order = event.data;
  switch (order.type) {
    case 'open':
      socket = open(order.url);
      return;
    case 'send':
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(order.message));
      return;
    case 'close':
      socket?.close();
      scope.close();
      return;
  }
});

function open(url: string): WebSocket {
  const opening = new WebSocket(url, LIVE_PROTOCOL);
  opening.binaryType = 'arraybuffer';
  opening.addEventListener('open', () => tell({ type: 'opened' }));
  opening.addEventListener('close', (event) => tell({ type: 'closed', reason: event.reason }));
  opening.addEventListener('message', (event: MessageEvent<string | ArrayBuffer>) => {
    try {
      if (typeof event.data === 'string') tell({ type: 'message', message: JSON.parse(event.data) as ServerMessage });
      // The columns are views of the received buffer, and travel with it without a copy.
      else tell({ type: 'frame', frame: decodeFrame(event.data) }, [event.data]);
    } catch (error) {
      if (!(error instanceof FrameError || error instanceof SyntaxError)) throw error;
      opening.close();
      tell({ type: 'closed', reason: error.message });
    }
  });
  return opening;
}

function tell(fact: SocketFact, transfer: Transferable[] = []): void {
  scope.postMessage(fact, transfer);
}
