import { Command } from 'cmdk';
import { useMemo, useState } from 'react';
import { useStore } from 'zustand/react';
import type { CityLabel } from '#devices/catalog/city-pack.ts';
import { textIn } from '#devices/model/localized-text.ts';
import { layerOf } from '../state/layers.ts';
import { type Findable, findBest } from '../state/thing-search.ts';
import { goToThing } from './commands.ts';
import { areaName, thingName } from './format/thing-name.ts';
import { en } from './i18n/en.ts';
import { useWords } from './i18n/use-words.ts';
import { zh } from './i18n/zh.ts';
import { Icon } from './icons.tsx';
import { Mark } from './mark.tsx';
import { useViewer, type Viewer } from './viewer.ts';

const MAX_THINGS = 12;
const MAX_PLACES = 6;
/** Metres from which a place is looked at. */
const PLACE_RANGE = 1_500;

interface FoundThing extends Findable {
  readonly number: number;
}

interface FoundPlace extends Findable {
  readonly label: CityLabel;
}

/** Finds Things and places by any of their names, and goes there. */
export function SearchPalette() {
  const viewer = useViewer();
  const { t } = useWords();
  const [query, setQuery] = useState('');
  const { things, places } = useFound(viewer, query);
  const close = () => viewer.view.setState({ overlay: undefined });
  return (
    <Command.Dialog
      open
      onOpenChange={(open) => !open && close()}
      shouldFilter={false}
      loop
      label={t('search.open')}
      overlayClassName="veil"
      contentClassName="panel palette"
    >
      <Command.Input value={query} onValueChange={setQuery} placeholder={t('search.placeholder')} />
      <SearchNotes query={query} found={things.length + places.length} />
      <Command.List label={t('search.open')}>
        {things.length > 0 && (
          <Command.Group heading={t('search.things')}>
            {things.map((found) => (
              <ThingItem key={found.id} found={found} onChoose={close} />
            ))}
          </Command.Group>
        )}
        {places.length > 0 && (
          <Command.Group heading={t('search.places')}>
            {places.map((found) => (
              <PlaceItem key={found.id} found={found} onChoose={close} />
            ))}
          </Command.Group>
        )}
      </Command.List>
    </Command.Dialog>
  );
}

/** What the list cannot say: it must hold nothing but what was found. */
function SearchNotes({ query, found }: { readonly query: string; readonly found: number }) {
  const { catalog } = useViewer();
  const isComplete = useStore(catalog.store, (state) => state.isComplete);
  const { t } = useWords();
  const isAsked = query.trim() !== '';
  return (
    <div role="status">
      {!isComplete && <p className="empty">{t('search.loading')}</p>}
      {!isAsked && <p className="empty">{t('search.hint')}</p>}
      {isAsked && found === 0 && <p className="empty">{t('search.empty', { query })}</p>}
    </div>
  );
}

function useFound(viewer: Viewer, query: string) {
  const { catalog, areas, labels } = viewer;
  const version = useStore(catalog.store, (state) => state.version);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version is what tells that the catalog changed
  const findable = useMemo<readonly FoundThing[]>(
    () =>
      catalog.things.map((thing, number) => {
        const layer = `layer.${layerOf(thing.type)}` as const;
        const area = thing.area === undefined ? undefined : areas.get(thing.area)?.name;
        const words = [thing.type, zh[layer], en[layer], area?.zh ?? '', area?.en ?? '', area?.local ?? ''];
        return { id: thing.id, name: thing.name, words, number };
      }),
    [catalog, areas, version],
  );
  const findablePlaces = useMemo<readonly FoundPlace[]>(
    () => labels.map((label, i) => ({ id: `place:${i}`, name: label.name, words: [label.kind], label })),
    [labels],
  );
  return useMemo(
    () => ({
      things: findBest(findable, query, MAX_THINGS),
      places: findBest(findablePlaces, query, MAX_PLACES),
    }),
    [findable, findablePlaces, query],
  );
}

function ThingItem({ found, onChoose }: { readonly found: FoundThing; readonly onChoose: () => void }) {
  const viewer = useViewer();
  const { t, language } = useWords();
  const thing = viewer.catalog.things[found.number];
  if (thing === undefined) return null;
  const area = areaName(viewer.areas, thing.area, language);
  const layer = layerOf(thing.type);
  return (
    <Command.Item
      value={found.id}
      onSelect={() => {
        goToThing(viewer, thing.id);
        onChoose();
      }}
    >
      <Mark code={viewer.states.appearance[found.number] ?? 0} isNamed />
      <span className="found-name">{thingName(thing, language)}</span>
      <span className="dim">{[t(`layer.${layer}`), area].filter(Boolean).join(' · ')}</span>
      <code className="dim">{thing.id}</code>
    </Command.Item>
  );
}

function PlaceItem({ found, onChoose }: { readonly found: FoundPlace; readonly onChoose: () => void }) {
  const { scene, city } = useViewer();
  const { language } = useWords();
  const { name, lon, lat } = found.label;
  const shown = textIn(name, language);
  const others = [name.zh, name.en, name.local].filter((each) => each !== undefined && each !== shown);
  return (
    <Command.Item
      value={found.id}
      onSelect={() => {
        const { headingDegrees, pitchDegrees } = city.home;
        scene.getState().scene?.flyTo({ lon, lat, range: PLACE_RANGE, headingDegrees, pitchDegrees });
        onChoose();
      }}
    >
      <Icon name="place" />
      <span className="found-name">{shown}</span>
      <span className="dim">{others.join(' · ')}</span>
    </Command.Item>
  );
}
