import { decodeTwinJson, TWIN_ROOT } from '#devices/profiles/twin-json.ts';
import type { SourceIssue, SourceMessage } from './source.ts';

const FIRST_BYTES = 120;
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
): MqttArrival {
  const { readings, registration, issues } = decodeTwinJson(topic, payload);
  const things =
    registration === undefined
      ? NOTHING
      : [{ spec: registration, source: { protocol: 'mqtt', address: `${TWIN_ROOT}/${registration.id}` } as const }];
  return {
    message: { source: 'mqtt', address: topic, receivedTime, readings, things, mayDrop },
    issues: issues.map(({ kind, reason }) => mqttIssue(receivedTime, kind, topic, reason, payload)),
  };
}

export function mqttIssue(
  time: number,
  kind: string,
  address: string,
  reason: string,
  payload: Uint8Array = new Uint8Array(0),
): SourceIssue {
  return { time, source: 'mqtt', kind, address: address.slice(0, 256), firstBytes: printable(payload), reason };
}

/** The first bytes as ASCII text; others as \xNN. */
function printable(payload: Uint8Array): string {
  let text = '';
  for (const byte of payload.subarray(0, FIRST_BYTES)) {
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return text;
}
