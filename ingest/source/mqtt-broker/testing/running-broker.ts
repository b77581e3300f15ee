import { type EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { type Clock, systemClock } from '#devices/time/clock.ts';
import { createIngestMetrics } from '../../../pipeline/ingest-metrics.ts';
import { RecordingIntake } from '../../recording-intake.ts';
import type { SourceMessage } from '../../source.ts';
import type { MqttBrokerOptions } from '../broker-options.ts';
import { MqttBroker } from '../mqtt-broker.ts';

/** Takes everything; holds what it is told to. */
export class HoldingIntake extends RecordingIntake {
  isHeld = false;
  #waiting: (() => void)[] = [];

  override async accept(message: SourceMessage): Promise<void> {
    await super.accept(message);
    if (this.isHeld) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  get values(): unknown[] {
    return this.readings.map(({ value }) => value);
  }

  get kinds(): string[] {
    return this.issues.map(({ kind }) => kind);
  }
}

/** A real broker on a free port, and its clients, all ended by `stop`. */
export class RunningBroker {
  readonly intake = new HoldingIntake();
  readonly metrics = createIngestMetrics();
  readonly broker: MqttBroker;
  readonly #clients: MqttClient[] = [];
  readonly #sockets: Socket[] = [];

  constructor(options: Partial<MqttBrokerOptions> = {}, clock: Clock = systemClock) {
    const parts = { intake: this.intake, metrics: this.metrics, clock };
    this.broker = new MqttBroker({ host: '127.0.0.1', port: 0, ...options }, parts);
  }

  static async start(options: Partial<MqttBrokerOptions> = {}, clock?: Clock): Promise<RunningBroker> {
    const running = new RunningBroker(options, clock);
    await running.broker.start();
    return running;
  }

  /** Connected; rejects where the broker refuses. With `protocol: 'mqtts'` on the encrypted port. */
  async client(options: IClientOptions = {}): Promise<MqttClient> {
    const isEncrypted = options.protocol === 'mqtts';
    const port = isEncrypted ? this.broker.tlsPort : this.broker.port;
    const url = `${isEncrypted ? 'mqtts' : 'mqtt'}://127.0.0.1:${port}`;
    const client = mqtt.connect(url, { reconnectPeriod: 0, ...options });
    this.#clients.push(client);
    await new Promise<void>((resolve, reject) => {
      client.once('connect', () => resolve());
      client.once('error', reject);
      client.once('close', () => reject(new Error('closed before it was connected')));
    });
    client.on('error', () => {
      // What a test provokes it looks for elsewhere.
    });
    return client;
  }

  /** A bare TCP connection. */
  async socket(port = this.broker.port): Promise<Socket> {
    const socket = connect(port, '127.0.0.1');
    this.#sockets.push(socket);
    socket.on('error', () => {
      // Closed by the broker, as expected.
    });
    await once(socket, 'connect');
    return socket;
  }

  async stop(): Promise<void> {
    for (const each of this.#clients.splice(0)) each.end(true);
    for (const each of this.#sockets.splice(0)) each.destroy();
    await this.broker.stop();
  }
}

/** Resolves when the connection is closed, by an end or by a reset. */
export function closed(connection: MqttClient | Socket): Promise<void> {
  return new Promise((resolve) => {
    (connection as EventEmitter).once('close', () => resolve());
  });
}

/** The next message that it gets, as `topic payload`. */
export function nextMessage(client: MqttClient): Promise<string> {
  return new Promise((resolve) => client.once('message', (topic, payload) => resolve(`${topic} ${payload}`)));
}
