import type { Clock } from '#devices/time/clock.ts';
import type { Player } from '../player/player.ts';
import type { AbnormalSince } from './abnormal-since.ts';
import type { CityApi } from './city-api.ts';
import type { LatestValues } from './latest-values.ts';

export interface FollowAbnormalParts {
  readonly api: Pick<CityApi, 'abnormal'>;
  readonly latest: LatestValues;
  readonly player: Player;
  readonly since: AbnormalSince;
  readonly clock: Clock;
}

/** Scrubbing shows many moments; only one that stays is asked about. */
const SETTLE_MS = 400;

/** After each snapshot — the start, a reconnect, another moment — asks the service since when things are abnormal. */
export function followAbnormal(parts: FollowAbnormalParts, signal: AbortSignal): void {
  const { api, latest, player, since, clock } = parts;
  let seen = latest.snapshots;
  let cancel: (() => void) | undefined;
  let asking: AbortController | undefined;
  const ask = () => {
    asking = new AbortController();
    const { moment } = player.store.getState();
    api.abnormal(moment, asking.signal).then(
      (answer) => since.learn(answer),
      // Without an answer the list counts from what this viewer saw; the next snapshot asks again.
      () => {},
    );
  };
  const stop = latest.subscribe(() => {
    if (latest.snapshots === seen) return;
    seen = latest.snapshots;
    since.forget();
    asking?.abort();
    cancel?.();
    cancel = clock.after(SETTLE_MS, ask);
  });
  signal.addEventListener('abort', () => {
    stop();
    cancel?.();
    asking?.abort();
  });
}
