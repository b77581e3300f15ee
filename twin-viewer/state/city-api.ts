import type { CityLabel, CityManifest } from '#devices/catalog/city-pack.ts';
import type { Area } from '#devices/model/area.ts';
import { formatInstant } from '#devices/time/instant.ts';
import type { TimeRange } from '#devices/time/time-range.ts';
import type {
  AbnormalJson,
  MessageJson,
  ObservationsPage,
  SourceDetailJson,
  SourcesPage,
  ThingsPage,
  TimelineJson,
  TrendJson,
} from '#devices/wire/api.ts';

/** The service wants a token first. */
export class TokenNeeded extends Error {
  override readonly name = 'TokenNeeded';
}

/** The manifest with the URLs of what was built from it; absent where nothing was built yet. */
export type CityJson = CityManifest & { readonly tileset?: string; readonly labels?: string; readonly areas?: string };

/** One page holds a city like the demo; a larger one takes several. */
const THINGS_PER_PAGE = 5_000;

/** The HTTP API as the viewer uses it. Every call rejects with what the service said, in words for people. */
export class CityApi {
  /** @throws {TokenNeeded | Error} where the answer is not 2xx. */
  readonly get = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const answer = await fetch(path, init);
    if (answer.ok) return answer;
    throw await refusal(answer);
  };

  city(): Promise<CityJson> {
    return this.#json('/api/v1/city');
  }

  labels(url: string): Promise<readonly CityLabel[]> {
    return this.#json(url);
  }

  areas(url: string): Promise<readonly Area[]> {
    return this.#json(url);
  }

  /** All Things, page by page. */
  async *things(signal: AbortSignal): AsyncGenerator<ThingsPage> {
    for (let cursor = ''; ; ) {
      const page = await this.#json<ThingsPage>(`/api/v1/things?limit=${THINGS_PER_PAGE}${cursor}`, { signal });
      yield page;
      if (page.next === undefined) return;
      cursor = `&cursor=${encodeURIComponent(page.next)}`;
    }
  }

  /** `at` undefined: now. */
  abnormal(at: number | undefined, signal: AbortSignal): Promise<AbnormalJson> {
    return this.#json(`/api/v1/abnormal${at === undefined ? '' : `?at=${formatInstant(at)}`}`, { signal });
  }

  timeline(range: TimeRange, bins: number, signal: AbortSignal): Promise<TimelineJson> {
    return this.#json(`/api/v1/timeline?${spanOf(range)}&bins=${bins}`, { signal });
  }

  trend(datastream: string, range: TimeRange, maxPoints: number, signal: AbortSignal): Promise<TrendJson> {
    const id = encodeURIComponent(datastream);
    return this.#json(`/api/v1/observations?datastream=${id}&${spanOf(range)}&maxPoints=${maxPoints}`, { signal });
  }

  /** The message that the newest observation of this order time came in. @param time Epoch ms. */
  async messageOf(datastream: string, time: number, signal: AbortSignal): Promise<MessageJson> {
    const id = encodeURIComponent(datastream);
    // A microsecond more: the end of a range is not in it.
    const span = spanOf({ from: time, to: time + 0.002 });
    const page = await this.#json<ObservationsPage>(`/api/v1/observations?datastream=${id}&${span}`, { signal });
    const position = page.observations.at(-1)?.position;
    if (position === undefined) throw new Error(page.incomplete?.reason ?? 'history does not hold this reading');
    return this.#json(`/api/v1/messages/${position}`, { signal });
  }

  /** The `limit` worst sources; with `thing` only those that send it. */
  sources(limit: number, signal: AbortSignal, thing?: string): Promise<SourcesPage> {
    const ofThing = thing === undefined ? '' : `&thing=${encodeURIComponent(thing)}`;
    return this.#json(`/api/v1/sources?limit=${limit}${ofThing}`, { signal });
  }

  source(id: string, signal: AbortSignal): Promise<SourceDetailJson> {
    return this.#json(`/api/v1/sources/${encodeURIComponent(id)}`, { signal });
  }

  /** Whether this browser must give a token before anything else. */
  async needsToken(): Promise<boolean> {
    const { open } = await this.#json<{ open: boolean }>('/api/v1/session');
    return !open;
  }

  /** @throws {TokenNeeded} where the token is wrong. */
  async giveToken(token: string): Promise<void> {
    await this.get('/api/v1/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
  }

  async #json<T>(path: string, init: RequestInit = {}): Promise<T> {
    return (await (await this.get(path, init)).json()) as T;
  }
}

function spanOf(range: TimeRange): string {
  return `from=${formatInstant(range.from)}&to=${formatInstant(range.to)}`;
}

async function refusal(answer: Response): Promise<Error> {
  const body = (await answer.json().catch(() => undefined)) as { message?: unknown } | undefined;
  const message = typeof body?.message === 'string' ? body.message : `${answer.status} ${answer.statusText}`;
  return answer.status === 401 ? new TokenNeeded(message) : new Error(message);
}
