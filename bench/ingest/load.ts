import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { generate } from 'mqtt-packet';

/**
 * A process of its own that publishes QoS 1 messages as fast as they are acknowledged. All packets are made before the
 * clock starts, and acknowledgements are counted by their bytes, so that it costs as little as a publisher can.
 *
 * Message n goes to `twin/dev-{n mod things}/x` with the value n and the time `base` + n. Prints `{"seconds":…, "acknowledged":…}`.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    connections: { type: 'string', default: '16' },
    messages: { type: 'string', default: '100000' },
    first: { type: 'string', default: '0' },
    /** Source time of message 0, epoch ms. */
    base: { type: 'string' },
    things: { type: 'string', default: '1000' },
    window: { type: 'string', default: '200' },
    /** Ends with what was acknowledged when a connection closes, and does not fail. */
    'may-close': { type: 'boolean', default: false },
  },
});
const connections = Number(values.connections);
const messages = Number(values.messages);
const first = Number(values.first);
const things = Number(values.things);
const window = Number(values.window);
const base = Number(values.base);
const PUBACK_BYTES = 4;

function packetsOf(connection: number): Buffer[] {
  const packets: Buffer[] = [];
  for (let n = connection; n < messages; n += connections) {
    const number = first + n;
    packets.push(
      generate({
        cmd: 'publish',
        topic: `twin/dev-${number % things}/x`,
        payload: `{"value":${number},"time":${base + number}}`,
        qos: 1,
        messageId: (packets.length % 65_000) + 1,
        dup: false,
        retain: false,
      }),
    );
  }
  return packets;
}

async function open(connection: number): Promise<Socket> {
  const socket = connect(Number(values.port), '127.0.0.1');
  socket.setNoDelay(true);
  await once(socket, 'connect');
  const clientId = `load-${first}-${connection}`;
  socket.write(
    generate({ cmd: 'connect', clientId, protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 60 }),
  );
  await once(socket, 'data');
  return socket;
}

let acknowledged = 0;
function publishAll(socket: Socket, packets: readonly Buffer[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let sent = 0;
    let bytes = 0;
    const send = (count: number) => {
      const next = packets.slice(sent, sent + count);
      sent += next.length;
      if (next.length > 0) socket.write(Buffer.concat(next));
    };
    socket.on('data', (chunk) => {
      const before = Math.floor(bytes / PUBACK_BYTES);
      bytes += chunk.length;
      const now = Math.floor(bytes / PUBACK_BYTES);
      acknowledged += now - before;
      if (now === packets.length) resolve();
      else send(now - before);
    });
    socket.on('error', () => {});
    socket.on('close', () => (values['may-close'] ? resolve() : reject(new Error('the broker closed a connection'))));
    send(window);
  });
}

const work = await Promise.all(
  Array.from({ length: connections }, async (_, i) => ({ socket: await open(i), packets: packetsOf(i) })),
);
process.send?.({ type: 'ready' });
await once(process, 'message');
const started = performance.now();
await Promise.all(work.map(({ socket, packets }) => publishAll(socket, packets)));
const seconds = (performance.now() - started) / 1000;
process.send?.({ type: 'done', seconds, acknowledged });
for (const { socket } of work) socket.destroy();
process.disconnect();
