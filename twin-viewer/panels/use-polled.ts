import { useEffect, useState } from 'react';
import { useViewer } from './viewer.ts';

/** What was answered last, and why the last question was not; both where it failed after it had worked. */
export interface Polled<T> {
  readonly value: T | undefined;
  readonly failure: string | undefined;
}

/** Asks at once and then every so many beats (half seconds), one question at a time. `ask` must stay the same function. */
export function usePolled<T>(ask: (signal: AbortSignal) => Promise<T>, everyBeats: number): Polled<T> {
  const { pulse } = useViewer();
  const [polled, setPolled] = useState<Polled<T>>({ value: undefined, failure: undefined });
  useEffect(() => {
    const abort = new AbortController();
    let isAsking = false;
    let beats = 0;
    const poll = async () => {
      if (isAsking) return;
      isAsking = true;
      try {
        setPolled({ value: await ask(abort.signal), failure: undefined });
      } catch (error) {
        if (abort.signal.aborted) return;
        const failure = error instanceof Error ? error.message : String(error);
        setPolled(({ value }) => ({ value, failure }));
      } finally {
        isAsking = false;
      }
    };
    void poll();
    const stop = pulse.store.subscribe(() => {
      if (++beats % everyBeats === 0) void poll();
    });
    return () => {
      abort.abort();
      stop();
    };
  }, [ask, everyBeats, pulse]);
  return polled;
}
