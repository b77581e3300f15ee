import type { DatastreamJson, SourceJson } from '#devices/wire/api.ts';
import type { Translate } from '../i18n/i18n.ts';
import { ageText, durationText } from './age-text.ts';
import { countText } from './value-text.ts';

/** What there is to say of a source in three words: how it is, the worst first. `now`: epoch ms of the service. */
export function sourceStateText(source: SourceJson, now: number, t: Translate): string {
  const { concern, silentSince, stale, datastreams } = source;
  if (concern === 'silent') return t('sources.silent', { age: ageText(now - Date.parse(silentSince ?? ''), t) });
  if (stale > 0) return t('sources.stale', { count: countText(stale), total: countText(datastreams) });
  if (concern === 'gaps') return t('sources.recentGap');
  return t(source.readingsPerSecond > 0 ? 'sources.sending' : 'sources.quiet');
}

/** What is found of its clock, in words. */
export function clockText({ clock, readings, untimed }: SourceJson, t: Translate): string {
  const offset = durationText(Math.abs(clock.offsetMs ?? 0));
  if (clock.state === 'unknown' && readings > 0 && untimed >= readings) return t('sources.clock.untimed');
  switch (clock.state) {
    case 'ahead':
      return t('sources.clock.ahead', { offset });
    case 'behind':
      return t('sources.clock.behind', { offset });
    case 'right':
      return t('sources.clock.right');
    case 'unknown':
      return t('sources.clock.unknown');
  }
}

/** Half of its readings, and 95 % of them, come so soon; undefined where none carries a time. */
export function delayText({ delay }: SourceJson): string | undefined {
  return delay === undefined ? undefined : `${shortDelay(delay.p50)} / ${shortDelay(delay.p95)}`;
}

function shortDelay(ms: number): string {
  return Math.abs(ms) < 1 ? '<1 ms' : durationText(ms);
}

/** In the unit in which there is something before the point; undefined where nothing came in the last minute. */
export function rateText(perSecond: number, t: Translate): string | undefined {
  if (perSecond === 0) return undefined;
  if (perSecond >= 1) return t('sources.perSecond', { count: shortNumber(perSecond) });
  return t('sources.perMinute', { count: shortNumber(perSecond * 60) });
}

function shortNumber(value: number): string {
  return value < 9.95 ? value.toFixed(1).replace('.0', '') : countText(value);
}

/** How often a datastream should come, and who says so. */
export function intervalText({ intervalMs, learntIntervalMs }: DatastreamJson, t: Translate): string {
  if (intervalMs !== undefined) return t('interval.declared', { interval: durationText(intervalMs) });
  if (learntIntervalMs !== undefined) return t('interval.learnt', { interval: durationText(learntIntervalMs) });
  return t('interval.none');
}

export function protocolName(protocol: SourceJson['protocol']): string {
  return protocol === 'mqtt' ? 'MQTT' : 'OPC UA';
}
