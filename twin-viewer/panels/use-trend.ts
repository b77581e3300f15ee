import { useEffect, useRef, useState } from 'react';
import type { DatastreamJson } from '#devices/wire/api.ts';
import { gapOf, type TrendColumns, TrendPoints } from './trend-data.ts';
import { useBeat, useViewer } from './viewer.ts';

/** As many points as a column 330 px wide can show. */
const MAX_POINTS = 400;
/** Scrubbing shows many moments; only one that stays is fetched. */
const SETTLE_MS = 250;
const NOTHING: TrendColumns = { times: [], values: [], bad: [] };

export interface TrendState {
  readonly columns: TrendColumns;
  readonly state: 'loading' | 'loaded' | 'failed';
  readonly failure: string | undefined;
}

/**
 * The points of one datastream up to the moment shown: history, and then what comes. Asks history again after each
 * snapshot: a reconnect left a gap, or another moment is shown. Made anew at most twice a second.
 */
export function useTrend(stream: DatastreamJson, rangeMs: number): TrendState {
  const { api, latest, player } = useViewer();
  const beat = useBeat();
  const snapshots = latest.snapshots;
  const points = useRef<TrendPoints>(new TrendPoints(rangeMs));
  const [trend, setTrend] = useState<TrendState>({ columns: NOTHING, state: 'loading', failure: undefined });
  const isFresh = useRef(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new snapshot is the reason to ask again
  useEffect(() => {
    const abort = new AbortController();
    const collected = new TrendPoints(rangeMs);
    points.current = collected;
    const timer = setTimeout(() => {
      const to = player.presentTime() + 1;
      api.trend(stream.id, { from: to - rangeMs, to }, MAX_POINTS, abort.signal).then(
        (history) => {
          collected.load(history);
          isFresh.current = true;
          setTrend((before) => ({ ...before, state: 'loaded', failure: undefined }));
        },
        (error: Error) => {
          if (!abort.signal.aborted) setTrend((before) => ({ ...before, state: 'failed', failure: error.message }));
        },
      );
    }, SETTLE_MS);
    const stop = latest.watch(stream.index, () => {
      const reading = latest.reading(stream.index);
      if (reading === undefined) return;
      const value = typeof reading.value === 'number' ? reading.value : null;
      collected.add({ time: reading.time, value, status: reading.status });
      isFresh.current = true;
    });
    return () => {
      clearTimeout(timer);
      abort.abort();
      stop();
    };
  }, [api, latest, player, stream.id, stream.index, rangeMs, snapshots]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn with the beat, not with each observation
  useEffect(() => {
    if (!isFresh.current) return;
    isFresh.current = false;
    const chosen = points.current.isThinned ? { rangeMs, maxPoints: MAX_POINTS } : undefined;
    const columns = points.current.columns(gapOf(stream, chosen));
    setTrend((before) => ({ ...before, columns }));
  }, [beat, stream, rangeMs]);
  return trend;
}
