import type { DatastreamSpec } from '#devices/model/datastream.ts';
import type { Limit } from '#devices/model/limits.ts';
import { rankOf } from '#devices/model/priority.ts';
import { mix, unitAt } from './chance.ts';
import { type EpisodeKind, envelope, episodeAt } from './episode.ts';
import type { Moment, Subject } from './subject.ts';

/**
 * Now and then one quantity of a plant leaves its band: in an episode, one datastream that has limits is drawn towards a
 * point a little beyond one of them, the lesser limits more often than the grave ones, and comes back.
 */
export function withExcursion(
  subject: Subject,
  moment: Moment,
  values: Record<string, number>,
  kind: EpisodeKind,
): Readonly<Record<string, number>> {
  const episode = episodeAt(mix(subject.seed, 0xe4), moment.time, kind);
  if (episode === undefined) return values;
  const candidates = subject.datastreams.filter((stream) => stream.limits !== undefined && stream.limits.length > 0);
  const stream = candidates[Math.floor(unitAt(episode.seed, 11) * candidates.length)];
  const normal = stream === undefined ? undefined : values[stream.property];
  if (stream === undefined || normal === undefined) return values;
  const target = targetBeyond(stream, unitAt(episode.seed, 12), unitAt(episode.seed, 13));
  values[stream.property] = normal + (target - normal) * envelope(episode, moment.time);
  return values;
}

/** A value beyond one limit of `stream` and short of the next; `a` and `b` in [0, 1) decide which and how far. */
function targetBeyond(stream: DatastreamSpec, a: number, b: number): number {
  const limits = [...(stream.limits ?? [])].sort((x, y) => rankOf(x.priority) - rankOf(y.priority));
  // Squared: of three limits the first is drawn 58 %, the second 24 %, the third 18 % of the time.
  const limit = limits[Math.floor(a * a * limits.length)] as Limit;
  if (stream.resultType === 'boolean') return limit.value;
  const sign = limit.side === 'above' ? 1 : -1;
  const next = limits.find((other) => other.side === limit.side && (other.value - limit.value) * sign > 0);
  const span = stream.range === undefined ? Math.abs(limit.value) : stream.range[1] - stream.range[0];
  const room = next === undefined ? 0.05 * span : Math.abs(next.value - limit.value);
  return limit.value + sign * room * (0.2 + 0.5 * b);
}
