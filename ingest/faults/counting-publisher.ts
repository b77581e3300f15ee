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
  /** Called once, with so many of this life acknowledged; the publishing goes on. */
  readonly at?: { readonly acknowledged: number; readonly call: () => void };
}

export interface Published {
  readonly client: MqttClient;
  /** In the order of their acknowledgement; grows as long as the connection lives. */
  readonly acknowledged: number[];
  /** All that were handed to the client. */
  readonly sent: number[];
  /** Sends no more; resolves when everything sent is acknowledged, or the connection has ended. */
  pause(): Promise<void>;
}

/** Messages in a second of the publisher's own clock, however fast they are sent. */
export const MESSAGES_PER_SECOND = 200;

/** The source time of number n, epoch ms: each number has its own, so that a repetition is known as one. */
export function timeOf(number: number): number {
  return 1.7e12 + (number * 1_000) / MESSAGES_PER_SECOND;
}

/** Publishes numbers at QoS 1, each with its own time, and keeps account of what was acknowledged. */
export async function publishNumbers(options: PublishOptions): Promise<Published> {
  const { url, topic, again = [], first, enough, inFlight = 300, at } = options;
  const client = await mqtt.connectAsync(url, { reconnectPeriod: 0 });
  const acknowledged: number[] = [];
  const sent: number[] = [];
  let repeated = 0;
  let next = first;
  let isPaused = false;
  const closed = new Promise<void>((resolve) => {
    client.on('error', () => resolve());
    client.on('close', () => resolve());
  });
  let tellIdle: () => void;
  const idle = new Promise<void>((resolve) => {
    tellIdle = resolve;
  });
  const isEnough = new Promise<void>((resolve) => {
    const publish = (): void => {
      const number = again[repeated++] ?? next++;
      sent.push(number);
      client.publish(topic, `{"value":${number},"time":${timeOf(number)}}`, { qos: 1 }, (error) => {
        if (error) return;
        acknowledged.push(number);
        if (acknowledged.length === at?.acknowledged) at.call();
        if (acknowledged.length >= enough) resolve();
        if (!isPaused) publish();
        else if (acknowledged.length === sent.length) tellIdle();
      });
    };
    for (let i = 0; i < inFlight; i++) publish();
  });
  await Promise.race([isEnough, closed]);
  const pause = async () => {
    isPaused = true;
    if (acknowledged.length < sent.length) await Promise.race([idle, closed]);
  };
  return { client, acknowledged, sent, pause };
}
