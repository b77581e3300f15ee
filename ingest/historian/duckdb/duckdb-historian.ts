import type { TimeRange } from '#devices/time/time-range.ts';
import type { CityState, Historian, HistorianCursor, HistorianWrite, ObservationPage, Trend } from '../historian.ts';

export class DuckDbHistorian implements Historian {
  /** Opens or creates the file. @throws {Error} where another process holds it or it cannot be read. */
  static open(_path: string): Promise<DuckDbHistorian> {
    throw new Error('not yet');
  }

  append(_write: HistorianWrite): Promise<void> {
    throw new Error('not yet');
  }

  observations(_index: number, _range: TimeRange, _limit: number, _cursor?: HistorianCursor): Promise<ObservationPage> {
    throw new Error('not yet');
  }

  trend(_index: number, _range: TimeRange, _maxPoints: number): Promise<Trend> {
    throw new Error('not yet');
  }

  stateAt(_at: number): Promise<CityState> {
    throw new Error('not yet');
  }

  replay(_range: TimeRange, _stepMs: number): AsyncIterable<CityState & { readonly stepEnd: number }> {
    throw new Error('not yet');
  }

  density(_range: TimeRange, _bins: number): Promise<Uint32Array> {
    throw new Error('not yet');
  }

  close(): Promise<void> {
    throw new Error('not yet');
  }
}
