import mqtt, { type MqttClient } from 'mqtt';

export interface PublishOptions {
  readonly url: string;
  readonly topic: string;
  /** Numbers of an earlier life that were not acknowledged, and some that were: sent again first. */
  readonly again?: readonly number[];
  /** The first number that was never sent before. */
  readonly first: number;
  /** Resolves when so many of this life are acknowledged, or the connection ends. */
  readonly enough: number;
  /** Messages under way at once. */
  readonly inFlight?: number;
}

export interface Published {
  readonly client: MqttClient;
  /** In the order of their acknowledgement; grows as long as the connection lives. */
  readonly acknowledged: number[];
  /** All that were handed to the client. */
  readonly sent: number[];
}

/** The source time of number n, epoch ms: each number has its own, so that a repetition is known as one. */
export function timeOf(number: number): number {
  return 1.76e12 + number;
}

/** Publishes numbers at QoS 1, each with its own time, and keeps account of what was acknowledged. */
export async function publishNumbers(options: PublishOptions): Promise<Published> {
  const { url, topic, again = [], first, enough, inFlight = 300 } = options;
  const client = await mqtt.connectAsync(url, { reconnectPeriod: 0 });
  const acknowledged: number[] = [];
  const sent: number[] = [];
  const queue = [...again];
  let next = first;
  await new Promise<void>((resolve) => {
    client.on('error', () => resolve());
    client.on('close', () => resolve());
    const publish = (): void => {
      const number = queue.shift() ?? next++;
      sent.push(number);
      client.publish(topic, `{"value":${number},"time":${timeOf(number)}}`, { qos: 1 }, (error) => {
        if (error) return;
        acknowledged.push(number);
        if (acknowledged.length >= enough) resolve();
        publish();
      });
    };
    for (let i = 0; i < inFlight; i++) publish();
  });
  return { client, acknowledged, sent };
}
