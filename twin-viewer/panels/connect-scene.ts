import type { CityScene, SceneThing } from '../scene/city-scene.ts';
import { NO_SELECTION, select } from '../state/view-store.ts';
import { visibleThings } from '../state/visible-things.ts';
import { thingName } from './format/thing-name.ts';
import type { Viewer } from './viewer.ts';

/** Registrations come in bursts; the scene is told of a burst once. */
const THINGS_SETTLE_MS = 100;

/** Makes the scene in `container` and ties it to the stores, both ways, until `signal` is aborted. */
export async function connectScene(viewer: Viewer, container: HTMLElement, signal: AbortSignal): Promise<void> {
  const { city, labels, states, view } = viewer;
  const { createCityScene } = await import('../scene/create-city-scene.ts');
  if (signal.aborted || city.tileset === undefined) return;
  const { language, camera } = view.getState();
  const scene = await createCityScene(container, { city, labels, tilesetUrl: city.tileset, states, language });
  if (signal.aborted) {
    scene.dispose();
    return;
  }
  if (camera !== undefined) scene.flyTo(camera, { immediate: true });
  const stops = [...leadScene(viewer, scene), ...followScene(viewer, scene)];
  viewer.scene.setState({ scene });
  signal.addEventListener('abort', () => {
    for (const stop of stops) stop();
    viewer.scene.setState({ scene: undefined });
    scene.dispose();
  });
}

/** What happens on the city goes to the view store. */
function followScene({ view, catalog }: Viewer, scene: CityScene): (() => void)[] {
  return [
    scene.on('pick', ({ thing, building }) => {
      const id = thing === undefined ? undefined : catalog.things[thing]?.id;
      if (id !== undefined) select(view, { kind: 'thing', id });
      else select(view, building === undefined ? NO_SELECTION : { kind: 'building', building });
    }),
    scene.on('hover', ({ thing }) => scene.setHovered(thing)),
    scene.on('camera', (camera) => view.setState({ camera })),
    scene.on('loading', ({ progress }) => view.setState({ tilesLoaded: progress })),
    scene.on('failed', (sceneFailure) => view.setState({ sceneFailure })),
    scene.on('recovered', ({ what }) => {
      if (view.getState().sceneFailure?.what === what) view.setState({ sceneFailure: undefined });
    }),
  ];
}

/** What people chose and what is registered goes to the scene. */
function leadScene({ view, catalog }: Viewer, scene: CityScene): (() => void)[] {
  let timer: ReturnType<typeof setTimeout> | undefined;
  // A link to a Thing without a camera opens at the Thing, as soon as the catalog knows where that is.
  let isToBeShown = view.getState().camera === undefined;
  const tellThings = () => {
    timer = undefined;
    const { language, selection } = view.getState();
    scene.setThings(
      catalog.things.map(
        (thing): SceneThing => ({
          id: thing.id,
          type: thing.type,
          label: thingName(thing, language),
          location: thing.location as SceneThing['location'],
        }),
      ),
    );
    scene.setVisible(visibleThings(catalog, view.getState()));
    const selected = selection.kind === 'thing' ? catalog.numberOf(selection.id) : undefined;
    scene.setSelected(selected);
    if (isToBeShown && selected !== undefined && catalog.things[selected]?.location !== undefined) {
      isToBeShown = false;
      scene.flyToThing(selected);
    }
  };
  const tellSoon = () => {
    timer ??= setTimeout(tellThings, THINGS_SETTLE_MS);
  };
  tellThings();
  return [
    catalog.store.subscribe((state, before) => {
      if (state.version !== before.version) tellSoon();
    }),
    view.subscribe((state, before) => {
      if (state.language !== before.language) {
        scene.setLanguage(state.language);
        tellSoon();
      }
      if (state.only !== before.only || state.hidden !== before.hidden) scene.setVisible(visibleThings(catalog, state));
      if (state.selection !== before.selection) {
        scene.setSelected(state.selection.kind === 'thing' ? catalog.numberOf(state.selection.id) : undefined);
      }
    }),
    () => clearTimeout(timer),
  ];
}
