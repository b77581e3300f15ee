import type { AbnormalJson } from '#devices/wire/api.ts';
import type { LatestValues } from './latest-values.ts';
import type { ThingAppearance } from './thing-appearance.ts';
import { APPEARANCE_CODE } from './thing-states.ts';

export interface AbnormalSinceParts {
  readonly latest: LatestValues;
  readonly appearance: ThingAppearance;
}

/**
 * Since when each datastream is beyond a limit. The service knows; what became abnormal since it was asked is counted
 * from the observation that did it, which this viewer saw.
 */
export class AbnormalSince {
  readonly #parts: AbnormalSinceParts;
  readonly #since = new Map<number, number>();

  constructor(parts: AbnormalSinceParts) {
    this.#parts = parts;
  }

  start(signal: AbortSignal): void {
    const { latest, appearance } = this.#parts;
    // After the appearance was judged: it subscribed first.
    const stop = latest.subscribe((changed, count) => {
      for (let i = 0; i < count; i++) {
        const index = changed[i] as number;
        if ((appearance.byStream[index] ?? 0) < APPEARANCE_CODE.low) this.#since.delete(index);
        else if (!this.#since.has(index)) this.#since.set(index, latest.time[index] as number);
      }
    });
    signal.addEventListener('abort', stop);
  }

  /** Epoch ms UTC. */
  of(index: number): number {
    return this.#since.get(index) ?? (this.#parts.latest.time[index] as number);
  }

  /** Takes the service's answer for the moment that is shown. */
  learn(answer: AbnormalJson): void {
    for (const { index, since } of answer.abnormal) this.#since.set(index, since);
  }

  /** Another moment is shown: what was known is of another time. */
  forget(): void {
    this.#since.clear();
  }
}
