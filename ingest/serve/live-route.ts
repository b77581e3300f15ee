import type { WebSocket } from '@fastify/websocket';
import { LIVE_PROTOCOL } from '#devices/wire/frame.ts';
import type { LiveServer } from '../live/live-server.ts';
import type { LiveSocket } from '../live/live-socket.ts';
import { checkOrigin } from './access/host-guard.ts';
import type { App } from './app.ts';
import { Problem } from './problem.ts';

/** `/live`: hands WebSockets to the live server. */
export function liveRoute(app: App, live: LiveServer, allowedHosts: readonly string[]): void {
  app.route({
    method: 'GET',
    url: '/live',
    schema: { hide: true },
    onRequest: async (request) => {
      checkOrigin(request, allowedHosts);
      const offered = request.headers['sec-websocket-protocol'];
      if (offered !== undefined && !offered.split(/, */).includes(LIVE_PROTOCOL)) {
        const message = `The protocol ${JSON.stringify(offered)} is not spoken here. Reload the viewer; this is ${LIVE_PROTOCOL}.`;
        throw new Problem(400, { error: 'unknown-protocol', message });
      }
    },
    handler: () => {
      const message = `/live is a WebSocket: connect with ws:// and the sub-protocol ${LIVE_PROTOCOL}.`;
      throw new Problem(426, { error: 'websocket-only', message }, { connection: 'upgrade', upgrade: 'websocket' });
    },
    wsHandler: (socket) => join(socket, live),
  });
}

function join(socket: WebSocket, live: LiveServer): void {
  // Errors of a connection (reset, a message too big) end in `close`, which ws does by itself.
  socket.on('error', () => {});
  const connection = live.connect(socketOf(socket));
  if (connection === undefined) return;
  socket.on('message', (data, isBinary) => connection.message(isBinary ? '(binary)' : data.toString()));
  socket.on('pong', () => connection.pong());
  socket.on('close', () => connection.closed());
}

function socketOf(socket: WebSocket): LiveSocket {
  return {
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    send: (data) => socket.send(data),
    ping: () => socket.ping(),
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
  };
}
