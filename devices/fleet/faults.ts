import { STATUS_CODES, type StatusCode } from '#devices/model/status-code.ts';
import { between, mix, unitAt } from './behaviour/chance.ts';
import { type Episode, episodeAt } from './behaviour/episode.ts';

/**
 * How devices fail here. `share` is the share of Things that have the fault at any time, `lengthMs` its mean length.
 * The README repeats this table. Only one fault at a time: the first of the list that has an episode.
 */
export const FAULT_KINDS = {
  /** Sends nothing. */
  dropout: { share: 0.002, lengthMs: 10 * 60_000 },
  /** One datastream, or all of them, without a result and with a Bad status. */
  bad: { share: 0.002, lengthMs: 8 * 60_000 },
  /** Measures on, sends nothing, and delivers all of it in order at the end. */
  late: { share: 0.001, lengthMs: 3 * 60_000 },
  /** Goes on sending the values it had at the start. */
  stuck: { share: 0.001, lengthMs: 30 * 60_000 },
  /** One datastream leaves the truth by up to a tenth of its range. */
  drift: { share: 0.001, lengthMs: 60 * 60_000 },
  /** Its clock runs 8 to 90 s fast. */
  'clock-ahead': { share: 0.0005, lengthMs: 20 * 60_000 },
  /** Its clock runs 8 to 60 s slow. */
  'clock-behind': { share: 0.0005, lengthMs: 20 * 60_000 },
} as const;

export type FaultKind = keyof typeof FAULT_KINDS;

export type Fault =
  | { readonly kind: 'dropout' }
  | { readonly kind: 'bad'; readonly status: StatusCode; readonly stream: number | undefined }
  | { readonly kind: 'late'; readonly until: number }
  | { readonly kind: 'stuck'; readonly since: number }
  | { readonly kind: 'drift'; readonly stream: number; readonly part: number }
  | { readonly kind: 'clock-ahead' | 'clock-behind'; readonly offsetMs: number };

const BAD_STATUSES = [
  STATUS_CODES.BadSensorFailure,
  STATUS_CODES.BadSensorFailure,
  STATUS_CODES.BadDeviceFailure,
  STATUS_CODES.BadNoCommunication,
  STATUS_CODES.BadOutOfService,
] as const;

const KINDS = Object.keys(FAULT_KINDS) as FaultKind[];

/**
 * What is wrong with the Thing of this seed at `time` (epoch ms); undefined where it is well, as it mostly is.
 * `stream` numbers one of its `streamCount` datastreams.
 */
export function faultAt(seed: number, time: number, streamCount: number): Fault | undefined {
  for (let i = 0; i < KINDS.length; i++) {
    const kind = KINDS[i] as FaultKind;
    const episode = episodeAt(mix(seed, 0xfa0 + i), time, FAULT_KINDS[kind]);
    if (episode !== undefined) return faultOf(kind, episode, time, streamCount);
  }
  return undefined;
}

function faultOf(kind: FaultKind, episode: Episode, time: number, streamCount: number): Fault {
  const stream = Math.floor(unitAt(episode.seed, 71) * streamCount);
  switch (kind) {
    case 'dropout':
      return { kind };
    case 'bad': {
      const status = BAD_STATUSES[Math.floor(unitAt(episode.seed, 72) * BAD_STATUSES.length)] ?? STATUS_CODES.Bad;
      // Half of them lose one sensor, the other half the whole device.
      return { kind, status, stream: unitAt(episode.seed, 73) < 0.5 ? stream : undefined };
    }
    case 'late':
      return { kind, until: episode.end };
    case 'stuck':
      return { kind, since: episode.start };
    case 'drift': {
      const grown = (time - episode.start) / (episode.end - episode.start);
      return { kind, stream, part: (unitAt(episode.seed, 74) < 0.5 ? -0.1 : 0.1) * grown };
    }
    case 'clock-ahead':
      return { kind, offsetMs: Math.round(between(episode.seed, 75, 8_000, 90_000)) };
    case 'clock-behind':
      return { kind, offsetMs: -Math.round(between(episode.seed, 75, 8_000, 60_000)) };
  }
}
