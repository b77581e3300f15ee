import { once } from 'node:events';
import { connect } from 'node:net';
import { parseArgs } from 'node:util';
import { generate } from 'mqtt-packet';

/**
 * A process of its own that publishes at a steady rate at QoS 1, one observation a message, datastream after datastream:
 * `twin/dev-{k}/p{0–9}`. Prints `{"published":…, "acknowledged":…}` when it is told to stop.
 */
const { values } = parseArgs({
  options: { port: { type: 'string' }, datastreams: { type: 'string' }, rate: { type: 'string' } },
});
const datastreams = Number(values.datastreams);
const rate = Number(values.rate);
const PROPERTIES = 10;
const TICK_MS = 20;
const PUBACK_BYTES = 4;

const socket = connect(Number(values.port), '127.0.0.1');
socket.setNoDelay(true);
await once(socket, 'connect');
socket.write(
  generate({ cmd: 'connect', clientId: 'steady', protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 60 }),
);
await once(socket, 'data');
let acknowledgedBytes = 0;
socket.on('data', (chunk) => {
  acknowledgedBytes += chunk.length;
});

let published = 0;
const started = performance.now();
const timer = setInterval(() => {
  const due = Math.floor(((performance.now() - started) / 1000) * rate);
  const packets: Buffer[] = [];
  for (; published < due; published++) {
    const stream = published % datastreams;
    packets.push(
      generate({
        cmd: 'publish',
        topic: `twin/dev-${Math.floor(stream / PROPERTIES)}/p${stream % PROPERTIES}`,
        payload: `{"value":${published},"time":${Date.now()}}`,
        qos: 1,
        messageId: (published % 65_000) + 1,
        dup: false,
        retain: false,
      }),
    );
  }
  if (packets.length > 0) socket.write(Buffer.concat(packets));
}, TICK_MS);

process.send?.({ type: 'ready' });
await once(process, 'message');
clearInterval(timer);
while (acknowledgedBytes < published * PUBACK_BYTES) await once(socket, 'data');
process.send?.({ type: 'done', published, acknowledged: acknowledgedBytes / PUBACK_BYTES });
socket.destroy();
process.disconnect();
