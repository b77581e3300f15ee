import { createStore } from 'zustand/vanilla';
import type { Clock } from '#devices/time/clock.ts';

export const PULSE_MS = 500;

/** Twice a second: the rate at which lists, counts and ages are made anew, whatever the city sends. */
export class Pulse {
  readonly store = createStore(() => ({ beat: 0 }));

  /** `before` runs first in each beat. */
  start(clock: Clock, before: () => void, signal: AbortSignal): void {
    const stop = clock.every(PULSE_MS, () => {
      before();
      this.store.setState((state) => ({ beat: state.beat + 1 }));
    });
    signal.addEventListener('abort', stop);
  }
}
