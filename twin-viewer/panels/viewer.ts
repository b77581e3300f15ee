import { createContext, useContext, useEffect, useState } from 'react';
import { useStore } from 'zustand/react';
import type { StoreApi } from 'zustand/vanilla';
import type { CityLabel } from '#devices/catalog/city-pack.ts';
import type { Area } from '#devices/model/area.ts';
import type { LiveSource } from '../player/live-source.ts';
import type { Player } from '../player/player.ts';
import type { CityScene } from '../scene/city-scene.ts';
import type { AbnormalSince } from '../state/abnormal-since.ts';
import type { CatalogLoader } from '../state/catalog-loader.ts';
import type { CatalogStore } from '../state/catalog-store.ts';
import type { CityApi, CityJson } from '../state/city-api.ts';
import type { CityCounts } from '../state/city-counts.ts';
import type { LatestValues, Reading } from '../state/latest-values.ts';
import type { Pulse } from '../state/pulse.ts';
import type { ThingAppearance } from '../state/thing-appearance.ts';
import type { ThingStates } from '../state/thing-states.ts';
import type { TimelineStore } from '../state/timeline-store.ts';
import type { ViewStore } from '../state/view-store.ts';

/** All that the panels of one open city are given. Made once by `open-viewer.ts`; its parts never change. */
export interface Viewer {
  readonly city: CityJson;
  readonly labels: readonly CityLabel[];
  readonly areas: ReadonlyMap<string, Area>;
  readonly api: CityApi;
  readonly live: LiveSource;
  readonly player: Player;
  readonly catalog: CatalogStore;
  readonly catalogLoader: CatalogLoader;
  readonly latest: LatestValues;
  readonly states: ThingStates;
  readonly appearance: ThingAppearance;
  readonly since: AbnormalSince;
  readonly timeline: TimelineStore;
  readonly view: ViewStore;
  /** An address at which others see this screen. */
  readonly link: () => string;
  readonly pulse: Pulse;
  readonly counts: StoreApi<CityCounts>;
  /** Undefined before the scene is there, and where it could not be made. */
  readonly scene: StoreApi<{ readonly scene: CityScene | undefined }>;
}

export const ViewerContext = createContext<Viewer | undefined>(undefined);

export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext);
  if (viewer === undefined) throw new Error('useViewer: there is no ViewerContext above this component');
  return viewer;
}

/** Renders the caller twice a second. */
export function useBeat(): number {
  return useStore(useViewer().pulse.store, (state) => state.beat);
}

/** Renders the caller when this one datastream changes. Undefined: no index, or no observation. */
export function useReading(index: number | undefined): Reading | undefined {
  const { latest } = useViewer();
  const [reading, setReading] = useState<Reading | undefined>();
  useEffect(() => {
    if (index === undefined) return;
    const read = () => setReading(latest.reading(index));
    read();
    return latest.watch(index, read);
  }, [latest, index]);
  return reading;
}
