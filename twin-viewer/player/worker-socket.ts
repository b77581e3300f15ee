import type { LiveSocket, LiveSocketEvents } from './live-socket.ts';
import type { SocketFact, SocketOrder } from './socket-worker.ts';

/** A WebSocket in a worker of its own: receiving and decoding cost the screen nothing. */
export function openWorkerSocket(url: string, events: LiveSocketEvents): LiveSocket {
  const worker = new Worker(new URL('./socket-worker.ts', import.meta.url), { type: 'module', name: 'live' });
  const order = (what: SocketOrder) => worker.postMessage(what);
  worker.addEventListener('message', (event: MessageEvent<SocketFact>) => {
    const fact = event.data;
    switch (fact.type) {
      case 'opened':
        events.opened();
        return;
      case 'message':
        events.message(fact.message);
        return;
      case 'frame':
        events.frame(fact.frame);
        return;
      case 'closed':
        worker.terminate();
        events.closed(fact.reason);
        return;
    }
  });
  worker.addEventListener('error', (event) => {
    worker.terminate();
    events.closed(event.message);
  });
  order({ type: 'open', url });
  return {
    send: (message) => order({ type: 'send', message }),
    close: () => order({ type: 'close' }),
  };
}
