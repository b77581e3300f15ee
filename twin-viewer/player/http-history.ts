import { formatInstant } from '#devices/time/instant.ts';
import { decodeFrames, FRAME_MEDIA_TYPE, type Frame } from '#devices/wire/frame.ts';
import type { HistorySource } from './history-source.ts';

/** History over the HTTP API, as binary frames. `get` answers 2xx or throws. */
export function createHttpHistory(get: (path: string, init: RequestInit) => Promise<Response>): HistorySource {
  async function frames(path: string, signal: AbortSignal): Promise<Frame[]> {
    const answer = await get(path, { headers: { accept: FRAME_MEDIA_TYPE }, signal });
    return decodeFrames(await answer.arrayBuffer());
  }
  return {
    async stateAt(at, signal) {
      const [frame] = await frames(`/api/v1/state?at=${formatInstant(at)}`, signal);
      if (frame?.kind !== 'snapshot') throw new Error(`state at ${formatInstant(at)}: the answer holds no snapshot`);
      return frame;
    },
    replay(range, stepMs, signal) {
      const span = `from=${formatInstant(range.from)}&to=${formatInstant(range.to)}`;
      return frames(`/api/v1/replay?${span}&stepMs=${stepMs}`, signal);
    },
  };
}
