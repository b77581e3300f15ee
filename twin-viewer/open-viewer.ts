import { createStore } from 'zustand/vanilla';
import type { Area } from '#devices/model/area.ts';
import type { Language } from '#devices/model/localized-text.ts';
import type { Clock } from '#devices/time/clock.ts';
import { linkFor } from './desktop/link-for.ts';
import type { Viewer } from './panels/viewer.ts';
import { CityPlayer } from './player/city-player.ts';
import { createHttpHistory } from './player/http-history.ts';
import { LiveConnection } from './player/live-connection.ts';
import { openWorkerSocket } from './player/worker-socket.ts';
import type { CityScene } from './scene/city-scene.ts';
import { AbnormalSince } from './state/abnormal-since.ts';
import { CatalogLoader } from './state/catalog-loader.ts';
import { CatalogStore } from './state/catalog-store.ts';
import type { CityApi } from './state/city-api.ts';
import { countCity } from './state/city-counts.ts';
import { followAbnormal } from './state/follow-abnormal.ts';
import { LatestValues } from './state/latest-values.ts';
import { Pulse } from './state/pulse.ts';
import { ThingAppearance } from './state/thing-appearance.ts';
import { ThingStates } from './state/thing-states.ts';
import { TimelineStore } from './state/timeline-store.ts';
import { browserAddress, UrlSync } from './state/url-sync.ts';
import { createViewStore } from './state/view-store.ts';

export interface OpenViewerOptions {
  readonly api: CityApi;
  readonly clock: Clock;
  readonly language: Language;
  readonly isRailOpen: boolean;
  readonly window: Window;
}

/**
 * Opens the city that the service serves, and keeps it going until `signal` is aborted.
 *
 * @throws {TokenNeeded | Error} where the service does not say which city it is.
 */
export async function openViewer(options: OpenViewerOptions, signal: AbortSignal): Promise<Viewer> {
  const viewer = await makeViewer(options);
  startViewer(viewer, options, signal);
  return viewer;
}

/** Makes the parts and joins them; nothing runs yet. */
async function makeViewer({ api, clock, language, isRailOpen, window }: OpenViewerOptions): Promise<ViewerParts> {
  const [city, server] = await Promise.all([api.city(), window.yipingDesktop?.server()]);
  const [labels, areas] = await Promise.all([
    city.labels === undefined ? [] : api.labels(city.labels),
    city.areas === undefined ? ([] as readonly Area[]) : api.areas(city.areas),
  ]);
  const catalog = new CatalogStore();
  const catalogLoader = new CatalogLoader(api, catalog);
  const latest = new LatestValues();
  const states = new ThingStates();
  const live = new LiveConnection({
    clock,
    random: Math.random,
    needsToken: () => api.needsToken(),
    open: (events) => openWorkerSocket(server?.liveUrl ?? socketUrl(window.location), events),
  });
  const history = createHttpHistory(api.get);
  const player = new CityPlayer({ live, history, sink: latest, clock, catalog: catalogLoader });
  const appearance = new ThingAppearance({ latest, catalog, states, presentTime: () => player.presentTime() });
  const timeline = new TimelineStore(
    (range, bins, abort) => api.timeline(range, bins, abort),
    () => live.serverNow(),
  );
  return {
    ...{ city, labels, areas: new Map(areas.map((area) => [area.id as string, area])) },
    ...{ api, live, player, catalog, catalogLoader, latest, states, appearance, timeline },
    link: () => linkFor(window.location.href, server),
    since: new AbnormalSince({ latest, appearance }),
    view: createViewStore(language, isRailOpen),
    pulse: new Pulse(),
    counts: createStore(() => countCity(catalog, states)),
    scene: createStore<{ scene: CityScene | undefined }>(() => ({ scene: undefined })),
  };
}

/** A viewer whose parts can still be told to start. */
type ViewerParts = Viewer & { readonly player: CityPlayer };

function startViewer(viewer: ViewerParts, { api, clock, window }: OpenViewerOptions, signal: AbortSignal): void {
  const { city, view, player, latest, appearance, since, timeline, pulse, counts, scene } = viewer;
  const url = new UrlSync({
    view,
    player,
    clock,
    address: browserAddress(window),
    flyTo: (camera) => scene.getState().scene?.flyTo(camera ?? city.home),
  });
  // The order matters: what is judged comes before what asks how it was judged.
  appearance.start(signal);
  since.start(signal);
  followAbnormal({ api, latest, player, since, clock }, signal);
  const beforeBeat = () => {
    appearance.age();
    counts.setState(countCity(viewer.catalog, viewer.states));
  };
  pulse.start(clock, beforeBeat, signal);
  player.start(signal);
  url.start(signal);
  // The context may be lost because the machine is in trouble: the address is what survives the page.
  const stopFlushing = view.subscribe(({ sceneFailure }, before) => {
    if (sceneFailure !== before.sceneFailure) url.flush();
  });
  signal.addEventListener('abort', stopFlushing);
  timeline.start(clock, signal);
  void viewer.catalogLoader.load();
}

function socketUrl(location: Location): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/live`;
}
