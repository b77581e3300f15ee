import { decodeTwinJson, TWIN_ROOT } from '#devices/profiles/twin-json.ts';
import { firstBytes } from './first-bytes.ts';
import type { SourceIssue, SourceMessage } from './source.ts';

const NOTHING: readonly never[] = [];

/** An MQTT message as the pipeline takes it, and what was wrong with it. */
export interface MqttArrival {
  readonly message: SourceMessage;
  readonly issues: readonly SourceIssue[];
}

export function readMqttMessage(
  topic: string,
  payload: Uint8Array,
  receivedTime: number,
  mayDrop: boolean,
  sender?: string,
): MqttArrival {
  const { readings, registration, issues } = decodeTwinJson(topic, payload);
  const things =
    registration === undefined
      ? NOTHING
      : [{ spec: registration, source: { protocol: 'mqtt', address: `${TWIN_ROOT}/${registration.id}` } as const }];
  return {
    message: {
      source: 'mqtt',
      address: topic,
      receivedTime,
      readings,
      things,
      payload,
      mayDrop,
      ...(sender !== undefined && { sender }),
    },
    issues: issues.map(({ kind, reason }) => mqttIssue(receivedTime, kind, topic, reason, payload)),
  };
}

export function mqttIssue(
  time: number,
  kind: string,
  address: string,
  reason: string,
  payload?: Uint8Array,
): SourceIssue {
  return { time, source: 'mqtt', kind, address: address.slice(0, 256), firstBytes: firstBytes(payload), reason };
}
