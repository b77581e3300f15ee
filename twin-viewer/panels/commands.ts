import type { CityManifest } from '#devices/catalog/city-pack.ts';
import { neighbourSpeed } from '../player/playback-speed.ts';
import { NO_SELECTION, type Overlay, select } from '../state/view-store.ts';
import type { Viewer } from './viewer.ts';

/** What keys and buttons order; one place, so that both do the same. */
export function playOrPause({ player }: Viewer): void {
  if (player.store.getState().playing) player.pause();
  else player.play();
}

export function changeSpeed({ player }: Viewer, direction: 1 | -1): void {
  player.setSpeed(neighbourSpeed(player.store.getState().speed, direction));
}

export function flyToSelection(viewer: Viewer): void {
  const { selection } = viewer.view.getState();
  if (selection.kind === 'thing') flyToThing(viewer, selection.id);
}

/** Flies to a Thing that has a place. */
export function flyToThing({ catalog, scene }: Viewer, id: string): void {
  const thing = catalog.numberOf(id);
  if (thing !== undefined && catalog.things[thing]?.location !== undefined) scene.getState().scene?.flyToThing(thing);
}

/** Selects a Thing and goes there. */
export function goToThing(viewer: Viewer, id: string): void {
  select(viewer.view, { kind: 'thing', id });
  flyToThing(viewer, id);
}

/** The numbered views of a city; where it names none, the view it opens with is the only one. */
export function viewsOf(city: CityManifest): CityManifest['views'] {
  return city.views.length > 0 ? city.views.slice(0, 9) : [{ name: city.name, camera: city.home }];
}

/** `number` 1–9; a number without a view does nothing. */
export function goToView({ city, scene }: Viewer, number: number): void {
  const view = viewsOf(city)[number - 1];
  if (view !== undefined) scene.getState().scene?.flyTo(view.camera);
}

export function toggleOverlay({ view }: Viewer, overlay: Overlay): void {
  view.setState((state) => ({ overlay: state.overlay === overlay ? undefined : overlay }));
}

export function switchLanguage({ view }: Viewer): void {
  view.setState(({ language }) => ({ language: language === 'zh' ? 'en' : 'zh' }));
}

/** Closes the topmost thing that is open: an overlay, else the selection. */
export function closeTopmost({ view }: Viewer): void {
  view.setState((state) => (state.overlay === undefined ? { selection: NO_SELECTION } : { overlay: undefined }));
}
