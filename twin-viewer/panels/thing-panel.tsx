import { useState } from 'react';
import { useStore } from 'zustand/react';
import type { DatastreamJson, ThingJson } from '#devices/wire/api.ts';
import { layerOf } from '../state/layers.ts';
import { APPEARANCE_CODE, APPEARANCES } from '../state/thing-states.ts';
import { NO_SELECTION, select } from '../state/view-store.ts';
import { Age } from './age.tsx';
import { flyToSelection } from './commands.ts';
import { CopyLink } from './copy-link.tsx';
import { streamName, thingName } from './format/thing-name.ts';
import { unitText } from './format/unit-text.ts';
import { measuredText, resultText } from './format/value-text.ts';
import { Bilingual } from './i18n/bilingual.tsx';
import { useWords } from './i18n/use-words.ts';
import { Icon } from './icons.tsx';
import { Mark } from './mark.tsx';
import { RawMessage } from './raw-message.tsx';
import { StatusWord } from './status-word.tsx';
import { ThingFacts } from './thing-facts.tsx';
import { TrendPanel } from './trend-panel.tsx';
import { useBeat, useReading, useViewer, type Viewer } from './viewer.ts';

/** The selected Thing: what it measures, how it went, where it comes from. */
export function ThingPanel({ id }: { readonly id: string }) {
  const viewer = useViewer();
  useStore(viewer.catalog.store, (state) => state.version);
  const number = viewer.catalog.numberOf(id);
  const thing = number === undefined ? undefined : viewer.catalog.things[number];
  if (number === undefined || thing === undefined) return <UnknownThing id={id} />;
  // Another Thing is another panel: nothing of the one before stays.
  return <KnownThing key={id} thing={thing} number={number} />;
}

function UnknownThing({ id }: { readonly id: string }) {
  const { catalog } = useViewer();
  const isComplete = useStore(catalog.store, (state) => state.isComplete);
  const { t } = useWords();
  return (
    <section className="panel thing" aria-label={id}>
      <header className="panel-head">
        <h2>{id}</h2>
        <CloseButton />
      </header>
      <p className="empty">{t(isComplete ? 'thing.unknown' : 'thing.waiting', { id })}</p>
    </section>
  );
}

function KnownThing({ thing, number }: { readonly thing: ThingJson; readonly number: number }) {
  const viewer = useViewer();
  const { t, language } = useWords();
  const [chosen, choose] = useState<number>();
  useBeat();
  const stream = thing.datastreams.find(({ index }) => index === chosen) ?? worstStream(viewer, thing);
  const code = viewer.states.appearance[number] as number;
  return (
    <section className="panel thing" aria-labelledby="thing-title">
      <header className="panel-head">
        <Mark code={code} isNamed />
        <div className="thing-names">
          <h2 id="thing-title">{thingName(thing, language)}</h2>
          <p className="dim">
            <Bilingual word={`layer.${layerOf(thing.type)}`} />
            {thing.simulated && <span className="simulated-badge">{t('thing.simulated')}</span>}
          </p>
        </div>
        <CloseButton />
      </header>
      <div className="thing-body">
        {stream === undefined ? (
          <p className="empty">{t('thing.noStreams')}</p>
        ) : (
          <>
            <MainReading stream={stream} />
            <TrendPanel key={stream.index} stream={stream} />
            <StreamList thing={thing} shown={stream.index} onChoose={choose} />
            <ThingFacts thing={thing} stream={stream} />
            <RawMessage key={`raw-${stream.index}`} stream={stream} />
          </>
        )}
      </div>
      <footer className="actions">
        {thing.location !== undefined && (
          <button type="button" className="action" onClick={() => flyToSelection(viewer)}>
            <Icon name="fly" />
            {t('thing.fly')}
          </button>
        )}
        <CopyLink />
      </footer>
    </section>
  );
}

function CloseButton() {
  const { view } = useViewer();
  const { t } = useWords();
  return (
    <button
      type="button"
      className="quiet square"
      aria-label={t('thing.close')}
      onClick={() => select(view, NO_SELECTION)}
    >
      <Icon name="close" />
    </button>
  );
}

/** The datastream that makes the Thing what it is; a good Thing stands for its first. */
function worstStream({ appearance }: Viewer, thing: ThingJson): DatastreamJson | undefined {
  let worst = thing.datastreams[0];
  for (const stream of thing.datastreams) {
    const code = appearance.byStream[stream.index] ?? 0;
    const worstCode = appearance.byStream[worst?.index ?? -1] ?? 0;
    if (code > Math.max(worstCode, APPEARANCE_CODE.good)) worst = stream;
  }
  return worst;
}

function MainReading({ stream }: { readonly stream: DatastreamJson }) {
  const { appearance } = useViewer();
  const { t, language } = useWords();
  const reading = useReading(stream.index);
  const code = appearance.byStream[stream.index] ?? 0;
  const result = resultText(reading?.value, stream, t);
  return (
    <div className={`main-reading is-${APPEARANCES[code]}`}>
      <h3>{streamName(stream, language)}</h3>
      <p>
        <strong className="tabular">{result ?? '—'}</strong>
        {result !== undefined && stream.resultType !== 'boolean' && (
          <span className="main-unit">{unitText(stream.unit, t)}</span>
        )}
        {reading === undefined ? (
          <span className="dim">{t('thing.noValue')}</span>
        ) : (
          <span className="dim">
            <Age time={reading.time} isAgo /> · <StatusWord status={reading.status} />
          </span>
        )}
        {code > APPEARANCE_CODE.good && (
          <span className={`state mark-${APPEARANCES[code]}`}>
            <Mark code={code} /> {t(`appearance.${APPEARANCES[code] ?? 'none'}`)}
          </span>
        )}
      </p>
    </div>
  );
}

interface StreamListProps {
  readonly thing: ThingJson;
  readonly shown: number;
  readonly onChoose: (index: number) => void;
}

function StreamList({ thing, shown, onChoose }: StreamListProps) {
  const { t } = useWords();
  if (thing.datastreams.length < 2) return null;
  return (
    <ul className="streams" aria-label={t('thing.streams')}>
      {thing.datastreams.map((stream) => (
        <li key={stream.index}>
          <StreamRow stream={stream} isShown={stream.index === shown} onChoose={onChoose} />
        </li>
      ))}
    </ul>
  );
}

interface StreamRowProps {
  readonly stream: DatastreamJson;
  readonly isShown: boolean;
  readonly onChoose: (index: number) => void;
}

function StreamRow({ stream, isShown, onChoose }: StreamRowProps) {
  const { appearance } = useViewer();
  const { t, language } = useWords();
  const reading = useReading(stream.index);
  return (
    <button type="button" className="stream" aria-pressed={isShown} onClick={() => onChoose(stream.index)}>
      <Mark code={appearance.byStream[stream.index] ?? 0} isNamed />
      <span className="stream-name">{streamName(stream, language)}</span>
      <span className="tabular">{measuredText(reading?.value, stream, t) ?? '—'}</span>
      <span className="dim tabular stream-age">{reading !== undefined && <Age time={reading.time} />}</span>
    </button>
  );
}
